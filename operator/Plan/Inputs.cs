using GemmaOperator.Api;

namespace GemmaOperator.Plan;

/// <summary>What a GemmaBaseImage's spec and the ConfigMaps it names come to, before any decision.</summary>
internal abstract record Inputs
{
    private Inputs()
    {
    }

    /// <summary>
    /// Everything a build needs except the base digest, which <see cref="ResolvedInputs.BaseDigest"/> leaves empty
    /// until the registry has been asked. <paramref name="Template"/> names no reused base yet.
    /// </summary>
    public sealed record Known(ResolvedInputs Resolved, BuildTemplate Template, bool RequirementsFromConfigMap) : Inputs;

    /// <summary>The user must act: <paramref name="Reason"/> is one of <see cref="ImageReason.Stalled"/>.</summary>
    public sealed record Refused(string Reason, string Message) : Inputs;
}
