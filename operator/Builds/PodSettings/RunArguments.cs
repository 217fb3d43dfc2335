using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Inputs;

namespace GemmaOperator.Builds.PodSettings;

/// <summary>
/// Lists the variables that RUN steps get as build arguments: a step sees nothing of its container's environment. The
/// executor keeps arguments out of the image, but their names and values are part of a cached layer's key.
/// </summary>
/// <param name="All">Names and values, sorted by name.</param>
internal sealed record RunArguments(IReadOnlyList<KeyValuePair<string, string>> All)
{
    /// <summary>Lists how variables of scanners begin, which no step of a build needs to see.</summary>
    private static readonly string[] OfScanners = ["GRYPE_", "TRIVY_"];

    /// <exception cref="ArgumentException">The template holds what validation would have refused.</exception>
    public static RunArguments Of(BuildTemplate template) =>
        new([
            .. BuildVariables
                .Parse(template.Build.Env)
                .Value.All.Where(v => !OfScanners.Any(p => v.Key.StartsWith(p, StringComparison.Ordinal))),
        ]);

    /// <summary>Gets the names that a Dockerfile must declare, or its steps don't see them.</summary>
    public IReadOnlyList<string> Declared => [.. All.Select(a => a.Key).Where(n => !BuildVariables.IsTransparent(n))];
}
