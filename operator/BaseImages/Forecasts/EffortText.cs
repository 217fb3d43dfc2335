using System.Globalization;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Forecasts;

/// <summary>Says how long a build is likely to take, what it costs, and what tells so.</summary>
internal static class EffortText
{
    public static string Of(EffortForecast effort)
    {
        var steps = effort
            .Steps.Where(s => s.Usual is not null)
            .Select(s => $"{s.Name} {Ages.Span(TimeSpan.FromSeconds(s.Usual!.Value))}")
            .ToList();
        if (steps.Count == 0)
        {
            return "nobody knows yet: no build tells";
        }

        var (usual, range) = (effort.Usual, effort.Range);
        return string.Create(CultureInfo.InvariantCulture, $"about {usual} minutes")
            + (range.Low == range.High ? "" : $" ({range})")
            + $", {effort.Cost}: {string.Join(", ", steps)}"
            + (effort.Unknown.Any() ? $"; {string.Join(", ", effort.Unknown)} not known yet" : "")
            + Basis(effort);
    }

    private static string Basis(EffortForecast effort) =>
        effort.IsDeclared ? "; no build tells, this is spec.cost.fullBuildMinutes"
        : effort.Alike > 0
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"; as {effort.Alike} {(effort.Alike == 1 ? "build" : "builds")} with as much from the cache took"
            )
        : effort.Steps.Any(s => s.Name == StepLog.Build) ? "; as builds took with more, or less, from the cache"
        : "";
}
