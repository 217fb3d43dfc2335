using System.Runtime.InteropServices;
using GemmaInference.Model;

namespace GemmaInference.Engine;

/// <summary>
/// Knows who has which slot of the cache, and which tokens' keys and values lie in each: those of a sequence that ended
/// stay until the slot or its memory is needed, least recently used first. A prompt that begins as a slot's tokens do
/// needn't be read so far. Used by the engine's thread alone.
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

    /// <summary>Gets the part of the pages that running sequences hold, from 0 to 1.</summary>
    public double Usage => Slots(taken: true).Sum(cache.PagesOf) / Math.Max(1.0, cache.Pages);

    /// <summary>Returns whether there is memory for a sequence of so many tokens, whoever ended left it.</summary>
    public bool Fits(int tokens) => cache.FreePages + Slots(taken: false).Sum(cache.PagesOf) >= cache.PagesFor(tokens);

    /// <summary>
    /// Gives a taken slot memory for so many tokens. Where none is left, what ended sequences left goes; if that isn't
    /// enough, nothing is done.
    /// </summary>
    /// <param name="spared">The slot whose tokens are of most use: they go last.</param>
    public bool TryBack(int slot, int tokens, int spared = -1)
    {
        if (cache.TryBack(slot, tokens))
        {
            return true;
        }

        var missing = cache.PagesFor(tokens) - cache.PagesOf(slot);
        if (missing > cache.FreePages + Slots(taken: false).Sum(cache.PagesOf))
        {
            return false;
        }

        var idle = Slots(taken: false).OrderBy(other => other == spared).ThenBy(other => _lastUsed[other]);
        foreach (var other in idle.ToList())
        {
            Shorten(other, cache.PagesFor(tokens) - cache.PagesOf(slot) - cache.FreePages);
            if (cache.TryBack(slot, tokens))
            {
                return true;
            }
        }

        return false;
    }

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

    /// <summary>Returns the slot that has most of a prompt; −1 where none has enough to be of use.</summary>
    public int Knowing(ReadOnlySpan<int> prompt) => Longest(prompt, -1) is (var slot, >= Least) ? slot : -1;

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
        cache.Trim(slot, prompt.Length);
        return length;
    }

    /// <summary>Remembers what a step adds to a slot.</summary>
    public void Add(int slot, ReadOnlySpan<int> tokens) => _tokens[slot].AddRange(tokens);

    /// <summary>Takes pages of what an ended sequence left, from its end on, as many as that or all.</summary>
    private void Shorten(int slot, long pages)
    {
        var (kept, beyond) = (0, _tokens[slot].Count + 1);
        while (beyond - kept > 1)
        {
            var middle = (kept + beyond) / 2;
            (kept, beyond) = cache.PagesOf(slot) - cache.PagesFor(middle) >= pages ? (middle, beyond) : (kept, middle);
        }

        kept = kept >= Least && cache.CanContinue(slot, kept) ? kept : 0;
        CollectionsMarshal.SetCount(_tokens[slot], kept);
        cache.Trim(slot, kept);
    }

    private IEnumerable<int> Slots(bool taken) =>
        Enumerable.Range(0, cache.Slots).Where(slot => _isTaken[slot] == taken);

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
