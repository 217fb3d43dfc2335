using System.Runtime.InteropServices;
using GemmaInference.Model;

namespace GemmaInference.Engine;

/// <summary>
/// Knows who has which slot of the cache, and which tokens' keys and values lie in each: those of a sequence that ended
/// stay until the slot is needed, least recently used first. A prompt that begins as a slot's tokens do needn't be read
/// so far. Used by the engine's thread alone.
/// </summary>
internal sealed class SlotTable(KvCache cache, bool reuses)
{
    /// <summary>Fewer tokens aren't worth a copy.</summary>
    public const int Least = 16;

    private readonly List<int>[] _tokens = [.. Enumerable.Range(0, cache.Slots).Select(_ => new List<int>())];
    private readonly bool[] _isTaken = new bool[cache.Slots];
    private readonly long[] _lastUsed = new long[cache.Slots];
    private long _clock;

    public int Free => _isTaken.Count(taken => !taken);

    /// <summary>
    /// Takes a slot: the one that the prompt can go on in, if most of what it holds stays of use; else an empty one,
    /// the lowest, which keeps batches together; else the one that was used least recently.
    /// </summary>
    public int Take(ReadOnlySpan<int> prompt)
    {
        var (best, length) = Longest(prompt, -1);
        var free = Enumerable.Range(0, cache.Slots).Where(slot => !_isTaken[slot]).ToList();
        var taken =
            length >= Least && !_isTaken[best] && (2 * length >= _tokens[best].Count || free.Count == 1)
                ? best
                : free.OrderBy(slot => _tokens[slot].Count == 0 ? -1 : _lastUsed[slot])
                    .First(slot => slot != best || length < Least || free.Count == 1);
        _isTaken[taken] = true;
        return taken;
    }

    /// <summary>Gives a slot back; what it holds stays.</summary>
    public void Release(int slot)
    {
        _isTaken[slot] = false;
        _lastUsed[slot] = ++_clock;
        if (!reuses)
        {
            _tokens[slot].Clear();
        }
    }

    /// <summary>Returns how many of a prompt's tokens some slot has.</summary>
    public int Known(ReadOnlySpan<int> prompt, int slot) => Longest(prompt, slot).Length;

    /// <summary>Begins a sequence in its slot with what any slot has of its prompt.</summary>
    /// <param name="mayReuse">False for prompts that are read whole.</param>
    /// <returns>Tokens that needn't be read; always fewer than the prompt has.</returns>
    public int Begin(int slot, ReadOnlySpan<int> prompt, bool mayReuse)
    {
        var (from, length) = mayReuse ? Longest(prompt, slot) : (slot, 0);
        if (length < Least)
        {
            length = 0;
        }
        else if (from != slot)
        {
            cache.CopySlot(from, slot, length);
            _lastUsed[from] = ++_clock;
        }

        CollectionsMarshal.SetCount(_tokens[slot], length);
        prompt[..length].CopyTo(CollectionsMarshal.AsSpan(_tokens[slot]));
        return length;
    }

    /// <summary>Remembers what a step adds to a slot.</summary>
    public void Add(int slot, ReadOnlySpan<int> tokens) => _tokens[slot].AddRange(tokens);

    /// <summary>Finds the slot that has most of a prompt; a preferred one where others have no more.</summary>
    /// <returns>Fewer tokens than the prompt has: the last is always read, for what follows it.</returns>
    private (int Slot, int Length) Longest(ReadOnlySpan<int> prompt, int preferred)
    {
        var best = (Slot: Math.Max(preferred, 0), Length: preferred < 0 ? 0 : Usable(prompt, preferred));
        for (var slot = 0; reuses && slot < cache.Slots; slot++)
        {
            var length = Usable(prompt, slot);
            if (length > best.Length)
            {
                best = (slot, length);
            }
        }

        return best;
    }

    private int Usable(ReadOnlySpan<int> prompt, int slot)
    {
        var length = prompt[..^1].CommonPrefixLength(CollectionsMarshal.AsSpan(_tokens[slot]));
        return cache.CanContinue(slot, length) ? length : 0;
    }
}
