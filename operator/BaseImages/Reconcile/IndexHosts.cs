using GemmaOperator.Api.BaseImages;
using GemmaOperator.Builds.Inputs;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>Says which package indexes a build asks, and whether it asks any.</summary>
internal static class IndexHosts
{
    private const string Pypi = "pypi.org";

    /// <summary>Decides whether something is installed; what a Dockerfile of the user's does isn't known.</summary>
    public static bool AreNeeded(GemmaBaseImageSpec spec) =>
        spec.Dockerfile is not null
        || spec.Requirements is { } pip && (pip.ConfigMapRef is not null || !string.IsNullOrEmpty(pip.Inline));

    /// <summary>Lists the hosts; none where a Dockerfile of the user's may ask others.</summary>
    public static IReadOnlyList<string> Of(GemmaBaseImageSpec spec, ParsedSpec content) =>
        spec.Dockerfile is not null
            ? []
            :
            [
                .. content
                    .ExtraIndexes.Select(index => HostOf(index.Value))
                    .Prepend(content.Index is { } own ? HostOf(own.Value) : Pypi)
                    .Distinct(StringComparer.OrdinalIgnoreCase),
            ];

    private static string HostOf(string url) => new Uri(url).Host;
}
