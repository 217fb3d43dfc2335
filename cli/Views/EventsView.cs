using GemmaOperator.Text;
using k8s.Models;
using KubectlGemma.Output;

namespace KubectlGemma.Views;

/// <summary>Lays out events, oldest first.</summary>
internal static class EventsView
{
    public static DateTime? TimeOf(Corev1Event e) =>
        e.LastTimestamp ?? e.Series?.LastObservedTime ?? e.EventTime ?? e.Metadata.CreationTimestamp;

    public static IEnumerable<Line> Lines(IReadOnlyList<Corev1Event> events, DateTime now)
    {
        var table = new TextTable("WHEN", "TYPE", "REASON", "OBJECT", "MESSAGE");
        foreach (var e in events)
        {
            table.Add(
                Ages.Since(TimeOf(e), now),
                new Piece(e.Type, e.Type == "Normal" ? Tone.Plain : Tone.Warning),
                e.Reason,
                e.InvolvedObject?.Name,
                Message(e)
            );
        }

        return table.Lines();
    }

    private static string Message(Corev1Event e) =>
        ShortReferences.In((e.Message ?? "").ReplaceLineEndings(" "))
        + ((e.Series?.Count ?? e.Count) is > 1 and var times ? $" ({times} times)" : "");
}
