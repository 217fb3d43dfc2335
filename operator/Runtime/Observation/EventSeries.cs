using k8s.Models;

namespace GemmaOperator.Runtime.Observation;

/// <summary>An event that has been written, and how often it has happened.</summary>
internal sealed class EventSeries(Eventsv1Event written, long startedAt)
{
    public Eventsv1Event Written => written;

    /// <summary>Time provider's timestamp of the newest occurrence.</summary>
    public long LastAt { get; set; } = startedAt;

    /// <summary>Time provider's timestamp of the newest write.</summary>
    public long WrittenAt { get; set; } = startedAt;

    public int Count { get; set; } = 1;
}
