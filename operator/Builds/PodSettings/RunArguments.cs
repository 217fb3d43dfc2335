using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Inputs.Access;

namespace GemmaOperator.Builds.PodSettings;

/// <summary>
/// Lists the variables that RUN steps get as build arguments: a step sees nothing of its container's environment. The
/// executor keeps arguments out of the image, but their names and values are part of a cached layer's key.
/// </summary>
/// <param name="All">Names and values.</param>
internal sealed record RunArguments(IReadOnlyList<KeyValuePair<string, string>> All)
{
    /// <summary>Lists how variables of scanners begin, which no step of a build needs to see.</summary>
    private static readonly string[] OfScanners = ["GRYPE_", "TRIVY_"];

    /// <exception cref="ArgumentException">The template holds what validation would have refused.</exception>
    public static RunArguments Of(BuildTemplate template) =>
        new([
            .. Variables(template),
            .. template.Build.CaBundleRef is null
                ? []
                : CaBundle.Variables.Select(name => KeyValuePair.Create(name, CaBundle.File)),
            .. template.IndexCredentialsRef is null
                ? Array.Empty<KeyValuePair<string, string>>()
                : [KeyValuePair.Create(Netrc.Variable, Netrc.File)],
        ]);

    /// <summary>Returns how the steps of a rendered Dockerfile reach what they install.</summary>
    /// <exception cref="ArgumentException">The template holds what validation would have refused.</exception>
    public static StepAccess AccessOf(BuildTemplate template) =>
        new(
            [.. Variables(template).Select(v => v.Key).Where(name => !BuildVariables.IsTransparent(name))],
            HasBundle: template.Build.CaBundleRef is not null,
            HasCredentials: template.IndexCredentialsRef is not null
        );

    private static IEnumerable<KeyValuePair<string, string>> Variables(BuildTemplate template) =>
        BuildVariables
            .Parse(template.Build.Env)
            .Value.All.Where(v => !OfScanners.Any(p => v.Key.StartsWith(p, StringComparison.Ordinal)));
}
