namespace GemmaInference.Fetch.Files;

/// <summary>Remembers which bytes of a file are there, as ranges that don't touch each other.</summary>
internal sealed class RangeSet
{
    private readonly List<(long Start, long End)> _ranges = [];

    /// <summary>Gets how many bytes there are from the file's beginning without a gap.</summary>
    public long Frontier => _ranges is [(0, var end), ..] ? end : 0;

    public long Total => _ranges.Sum(range => range.End - range.Start);

    public bool Covers(long start, long end) =>
        start >= end || _ranges.Exists(range => range.Start <= start && range.End >= end);

    /// <summary>Adds bytes; what is there already may be added again.</summary>
    public void Add(long start, long end)
    {
        if (start >= end)
        {
            return;
        }

        var at = _ranges.FindIndex(range => range.End >= start);
        if (at < 0)
        {
            _ranges.Add((start, end));
            return;
        }

        var count = 0;
        for (; at + count < _ranges.Count && _ranges[at + count].Start <= end; count++)
        {
            start = Math.Min(start, _ranges[at + count].Start);
            end = Math.Max(end, _ranges[at + count].End);
        }

        _ranges.RemoveRange(at, count);
        _ranges.Insert(at, (start, end));
    }

    public void Clear() => _ranges.Clear();

    public RangeSet Copy()
    {
        var copy = new RangeSet();
        copy._ranges.AddRange(_ranges);
        return copy;
    }

    /// <summary>Returns what is missing between two places, in order, in pieces of a bounded length.</summary>
    public IReadOnlyList<(long Start, long End)> Missing(long from, long to, long piece = long.MaxValue)
    {
        var missing = new List<(long, long)>();
        var at = from;
        foreach (var (start, end) in _ranges.Append((to, to)))
        {
            for (var gap = Math.Min(start, to); at < gap; )
            {
                var next = at + Math.Min(piece, gap - at);
                missing.Add((at, next));
                at = next;
            }

            at = Math.Max(at, end);
        }

        return missing;
    }
}
