using System.Globalization;
using GemmaOperator.Api.Builds;
using GemmaOperator.Text;
using KubectlGemma.Output;

namespace KubectlGemma.Views;

/// <summary>Draws the steps of a build as bars over its time.</summary>
internal static class TimelineView
{
    private const int MostCells = 40;
    private const int NameCells = 10;

    /// <summary>Counts what stands beside a bar: name, time, result, attempts.</summary>
    private const int Beside = 40;

    public static IEnumerable<Line> Lines(GemmaBuild build, DateTime now, int width, string indent)
    {
        var steps = build.ShownSteps.Where(s => s.StartTime is not null).ToList();
        if (steps.Count == 0)
        {
            yield break;
        }

        var from = steps.Min(s => s.StartTime!.Value);
        var whole = Math.Max(1, (steps.Max(s => EndOf(s, now)) - from).TotalSeconds);
        var names = Math.Max(NameCells, steps.Max(s => s.Name.Length) + 1);
        var cells = Math.Clamp(width - Beside - (names - NameCells) - indent.Length, 10, MostCells);
        foreach (var step in steps)
        {
            var began = (step.StartTime!.Value - from).TotalSeconds;
            var took = Math.Max(0, (EndOf(step, now) - step.StartTime.Value).TotalSeconds);
            var start = Math.Clamp((int)Math.Floor(began / whole * cells), 0, cells - 1);
            var length = Math.Clamp((int)Math.Round(took / whole * cells), 1, cells - start);
            yield return Line.Of(
                indent,
                Cells.Pad(step.Name, names),
                new Piece(new string('·', start), Tone.Dim),
                new Piece(new string('█', length), Tones.OfResult(step.Result)),
                new Piece(new string('·', cells - start - length), Tone.Dim),
                $" {Ages.Span(TimeSpan.FromSeconds(took)), 7}  ",
                new Piece(step.Result, Tones.OfResult(step.Result)),
                Attempts(step),
                step.RetryAt is { } at && at > now ? $", again {Ages.Relative(at, now)}" : ""
            );
        }
    }

    private static string Attempts(BuildStepStatus step) =>
        step.Attempts is > 1 and var attempts
            ? string.Create(CultureInfo.InvariantCulture, $" after {attempts} attempts")
            : "";

    private static DateTime EndOf(BuildStepStatus step, DateTime now) =>
        step.DurationSeconds is { } seconds ? step.StartTime!.Value.AddSeconds(seconds)
        : step.Result == "Running" ? now
        : step.StartTime!.Value;
}
