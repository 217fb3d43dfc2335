using GemmaOperator.Text;
using k8s.Models;
using KubectlGemma.Output;

namespace KubectlGemma.Views;

/// <summary>Lays out conditions, each with its message below it.</summary>
internal static class ConditionsView
{
    public static IEnumerable<Line> Lines(IReadOnlyList<V1Condition> conditions, DateTime now, int width, string indent)
    {
        if (conditions.Count == 0)
        {
            yield break;
        }

        var types = conditions.Max(c => Cells.Width(new Piece(c.Type).Text));
        var reasons = conditions.Max(c => Cells.Width(new Piece(c.Reason).Text));
        foreach (var c in conditions)
        {
            var message = ShortReferences.In(c.Message);
            Piece[] lead =
            [
                indent,
                Cells.Pad(new Piece(c.Type).Text, types + 2),
                new(c.Status.PadRight(9), Tones.OfCondition(c.Type, c.Status)),
                Cells.Pad(new Piece(c.Reason).Text, reasons + 2),
                new(Ages.Since(c.LastTransitionTime, now).PadRight(8), Tone.Dim),
            ];
            // Beside it where there is room, else below.
            var used = lead.Sum(p => Cells.Width(p.Text));
            if (width - used >= 40)
            {
                foreach (var line in Line.Wrapped(lead, message, width))
                {
                    yield return line;
                }
            }
            else
            {
                yield return new Line(lead);
                foreach (var line in Line.Wrapped([indent + "    "], message, width))
                {
                    yield return line;
                }
            }
        }
    }
}
