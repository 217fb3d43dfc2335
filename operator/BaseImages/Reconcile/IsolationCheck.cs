using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Isolation;
using GemmaOperator.Api.Words;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>Finds what keeps the builds of an object from being isolated though they should be.</summary>
internal static class IsolationCheck
{
    /// <param name="spec">What is asked for.</param>
    /// <param name="knowsOwnImage">Whether the operator knows its own image, of which two containers are made.</param>
    /// <returns>What is wrong and what would be right, a line; null when nothing is.</returns>
    public static string? Of(GemmaBaseImageSpec spec, bool knowsOwnImage) =>
        spec.Build.Isolation == BuildIsolation.Isolated
        && spec.Output.Credentials.Type == CredentialsType.WorkloadIdentity
            ? "spec.build.isolation: Isolated can't be kept with spec.output.credentials.type WorkloadIdentity, since "
                + "the cloud gives a pod's identity to each of its containers; name a Secret in "
                + "spec.output.credentials, or set this to Legacy"
        : BuildTemplateExtensions.IsIsolated(spec.Build, spec.Output) && !knowsOwnImage
            ? "spec.build.isolation: builds are isolated, and this operator runs without --operator-image, which "
                + "pushes what they make; start it with that (the chart does), or set this to Legacy"
        : null;
}
