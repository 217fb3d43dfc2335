using GemmaInference.Model;

namespace GemmaInference.Engine;

/// <summary>
/// Says who has a slot: who came first, as far as there is memory. Where pages run out, who came last is put back, and
/// waits before all who had no slot yet. Used by the engine's thread alone.
/// </summary>
internal sealed class Seating(KvCache cache, SlotTable slots, EngineMetrics metrics)
{
    private readonly List<Sequence> _seated = [];

    /// <summary>Those that lost their slots, the first that came first.</summary>
    private readonly List<Sequence> _putBack = [];
    private long _admitted;

    /// <summary>Gets those that have a slot, ordered by it.</summary>
    public IReadOnlyList<Sequence> Seated => _seated;

    /// <summary>Gets those that lost theirs.</summary>
    public IReadOnlyList<Sequence> PutBack => _putBack;

    /// <summary>
    /// Gives a sequence a slot, with memory for its prompt; returns false where there is none, or others come first.
    /// </summary>
    public bool TryAdmit(Sequence sequence)
    {
        if (_putBack.Count > 0 || !TrySeat(sequence))
        {
            return false;
        }

        sequence.Order = ++_admitted;
        return true;
    }

    /// <summary>Gives those slots that lost theirs, as far as there is memory.</summary>
    public void Readmit()
    {
        while (_putBack.Count > 0 && TrySeat(_putBack[0]))
        {
            _putBack.RemoveAt(0);
        }
    }

    /// <summary>
    /// Sees to it that there is memory for each sequence's next token, for those first that came first. Where there is
    /// none, who came last loses its slot: so the first always goes on.
    /// </summary>
    public void DemandMemory()
    {
        if (cache.Pages == 0)
        {
            return;
        }

        foreach (var item in _seated.Where(item => item.PromptRead).OrderBy(item => item.Order).ToList())
        {
            while (item.Slot >= 0 && !slots.TryBack(item.Slot, item.Cached + 1))
            {
                var last = _seated.MaxBy(other => other.Order)!;
                Remove(last);
                last.PutBack();
                _putBack.Insert(0, last);
                metrics.PutBack();
            }
        }
    }

    /// <summary>Takes its slot from a sequence, or its place among those that lost theirs.</summary>
    public void Remove(Sequence item)
    {
        if (_seated.Remove(item))
        {
            slots.Release(item.Slot);
        }

        _putBack.Remove(item);
    }

    public void Clear()
    {
        _seated.Clear();
        _putBack.Clear();
    }

    private bool TrySeat(Sequence item)
    {
        // With a prompt's last token its answer's first is chosen, which has to go somewhere.
        var tokens = Math.Min(cache.Context, item.Prompt.Length + 1);
        if (slots.Free == 0 || !slots.Fits(tokens))
        {
            return false;
        }

        var knowing = slots.Knowing(item.Prompt);
        var slot = slots.Take(item.Prompt);
        if (!slots.TryBack(slot, tokens, knowing))
        {
            slots.Release(slot);
            return false;
        }

        item.Slot = slot;
        _seated.Add(item);
        // Ordered by slot, so that contiguous slots can be viewed rather than gathered.
        _seated.Sort((left, right) => left.Slot.CompareTo(right.Slot));
        return true;
    }
}
