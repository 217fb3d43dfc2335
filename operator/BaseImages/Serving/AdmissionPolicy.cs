using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Comparison;
using k8s.Models;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>
/// Decides what of a rewritten object is as good as what was asked for: an image of the same digest under another name,
/// and more of a resource. What admission adds was never asked for, and is no difference at all.
/// </summary>
internal static class AdmissionPolicy
{
    /// <summary>Tells whether people needn't know of it.</summary>
    public static bool IsAsGood(Difference difference) =>
        difference.Path.EndsWith("].image", StringComparison.Ordinal) ? IsSameImage(difference) : IsMore(difference);

    /// <summary>Of a name without a digest its pods tell, as soon as they have pulled it.</summary>
    private static bool IsSameImage(Difference difference) =>
        difference.Stands is string there
        && (
            RunningImage.DigestIn(there) is not { } digest
            || digest == RunningImage.DigestIn(difference.Asked as string)
        );

    /// <summary>A device more, or less, is another pod; CPU, memory and disk are only bounds of the same one.</summary>
    private static bool IsMore(Difference difference) =>
        difference.Path.Contains("].resources.", StringComparison.Ordinal)
        && !difference.Path.Contains('/', StringComparison.Ordinal)
        && difference is { Asked: ResourceQuantity asked, Stands: ResourceQuantity stands }
        && stands.ToDecimal() >= asked.ToDecimal();
}
