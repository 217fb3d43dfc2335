using GemmaOperator.BaseImages.Forecasts;

namespace KubectlGemma.Planning;

/// <summary>Holds what applying one object of a manifest would do, or why it can't be applied.</summary>
/// <param name="Namespace">Where.</param>
/// <param name="Name">Its name.</param>
/// <param name="Proposal">What it would be; null when the API server wouldn't take it.</param>
/// <param name="Forecast">What that leads to; null when the API server wouldn't take it.</param>
/// <param name="Problem">What is wrong with it, by its field; null when nothing is.</param>
internal sealed record ObjectDiff(
    string Namespace,
    string Name,
    Proposal? Proposal,
    Forecast? Forecast,
    string? Problem
)
{
    /// <summary>Gets whether applying it changes something.</summary>
    public bool HasChanges => Proposal is { Changes.Count: > 0 };

    /// <summary>Gets how the texts of the next build differ from those of the one before.</summary>
    public IReadOnlyList<TextDiff> Texts =>
        Forecast?.Build is not { } build
            ? []
            :
            [
                .. new[]
                {
                    TextDiff.Between(
                        "Dockerfile",
                        build.Before?.Spec!.Resolved.Dockerfile ?? "",
                        build.Next.Spec!.Resolved.Dockerfile,
                        build.Before?.Metadata.Name
                    ),
                    TextDiff.Between(
                        "requirements.txt",
                        build.Before?.Spec!.Resolved.Requirements ?? "",
                        build.Next.Spec.Resolved.Requirements,
                        build.Before?.Metadata.Name
                    ),
                }.Where(t => t.Unified.Count > 0),
            ];
}
