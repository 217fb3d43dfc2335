using GemmaOperator.Api.BaseImages;

namespace GemmaOperator.BaseImages.Forecasts;

/// <summary>Says what makes a build due before the schedule does.</summary>
internal static class SoonerCauses
{
    /// <param name="spec">What is asked for.</param>
    /// <param name="status">What is known.</param>
    public static IReadOnlyList<string> Of(GemmaBaseImageSpec spec, GemmaBaseImageStatus? status) =>
        [
            "an edit of spec or of a ConfigMap that it names",
            .. spec.Triggers.BaseDigest.Enabled && status?.ResolvedBase is { } known
                ? [$"a moved tag {known.Reference} (asked every {spec.Triggers.BaseDigest.Interval})"]
                : Array.Empty<string>(),
        ];
}
