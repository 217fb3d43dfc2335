using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Updates;

namespace GemmaOperator.Builds.Inputs.Updates;

/// <summary>
/// Says which updates of the operating system an image is given, and whether its build fails without.
/// </summary>
/// <param name="Policy">Which.</param>
/// <param name="IsAskedFor">
/// Whether the spec names them. What is only the default must break no build that went well before: a base whose
/// repositories can't be reached from here is built without, and says so.
/// </param>
internal sealed record SystemUpdates(SystemUpdatePolicy Policy, bool IsAskedFor)
{
    /// <summary>Holds what a spec gets that says nothing.</summary>
    public static readonly SystemUpdates Default = new(SystemUpdatePolicy.All, IsAskedFor: false);

    /// <summary>Reads a spec; a word that isn't known counts as none, and is what the validation refuses.</summary>
    public static SystemUpdates Of(GemmaBaseImageSpec spec) =>
        spec.SystemUpdates?.Policy is { } said ? new(said.Value ?? SystemUpdatePolicy.None, IsAskedFor: true) : Default;

    /// <summary>
    /// Gets the word that the spec has; null where it leaves it to the operator, so that an upgrade that brings another
    /// default changes no hash.
    /// </summary>
    public string? Asked => IsAskedFor ? Policy.ToString() : null;

    /// <summary>
    /// Returns which updates the rendered Dockerfile brings; null when none, or the Dockerfile is the team's own.
    /// </summary>
    public static SystemUpdatePolicy? RenderedFor(GemmaBaseImageSpec spec) =>
        spec.Dockerfile is null && Of(spec).Policy is var policy && policy != SystemUpdatePolicy.None ? policy : null;
}
