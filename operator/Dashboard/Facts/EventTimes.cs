using k8s.Models;

namespace GemmaOperator.Dashboard.Facts;

/// <summary>Tells when an event was last seen.</summary>
internal static class EventTimes
{
    public static DateTime? Of(Corev1Event e) =>
        e.Series?.LastObservedTime ?? e.LastTimestamp ?? e.EventTime ?? e.Metadata.CreationTimestamp;
}
