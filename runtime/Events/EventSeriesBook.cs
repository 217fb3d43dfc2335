namespace GemmaOperator.Runtime.Events;

/// <summary>Keeps the series that may still go on; bounded. Not thread-safe: one writer owns it.</summary>
internal sealed class EventSeriesBook(TimeProvider time)
{
    /// <summary>Bounds the gap: a repeat within this counts into the series (client-go's convention).</summary>
    public static readonly TimeSpan Gap = TimeSpan.FromMinutes(6);

    /// <summary>
    /// Bounds memory: when there are so many, the older half is forgotten, and their repeats become events of their
    /// own.
    /// </summary>
    public const int Most = 4096;

    private readonly Dictionary<EventKey, EventSeries> _open = [];

    public int Count => _open.Count;

    /// <summary>Returns the series that one more occurrence belongs to; null: it starts one.</summary>
    public EventSeries? Find(EventKey key) =>
        _open.TryGetValue(key, out var series) && time.GetElapsedTime(series.LastAt) < Gap ? series : null;

    public void Open(EventKey key, EventSeries series)
    {
        if (_open.Count >= Most)
        {
            foreach (var old in _open.OrderBy(s => s.Value.LastAt).Take(Most / 2).Select(s => s.Key).ToList())
            {
                _open.Remove(old);
            }
        }

        _open[key] = series;
    }
}
