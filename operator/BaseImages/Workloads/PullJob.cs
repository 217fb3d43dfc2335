using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Cluster;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>
/// Brings an image onto one node and exits at once, so that replacing pods takes the time of a start and not that of
/// pulling gigabytes.
/// </summary>
internal static class PullJob
{
    public const string Container = "pre-pull";

    /// <summary>Names the Job's annotation with the digest of the image that it pulls.</summary>
    public const string DigestAnnotation = ApiGroup.Name + "/pulls";

    /// <summary>Says how long a finished Job is kept beyond the time that a rollout may wait for it.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Returns the Job's name, which is the same for the same node and image: a Job that is made twice exists once.
    /// </summary>
    public static string Name(GemmaBaseImage image, ImageStatus target, string node) =>
        ObjectName.With(
            image.Metadata.Name,
            "-pull-" + new Fingerprint().With("image", target.Digest).With("node", node).ToString()[..10]
        );

    /// <param name="image">The object whose rollout it is.</param>
    /// <param name="target">The image that is pulled.</param>
    /// <param name="template">What pods of it will be made from.</param>
    /// <param name="node">Where it is pulled.</param>
    /// <param name="tolerations">What admission has the served pods tolerate besides.</param>
    public static V1Job Render(
        GemmaBaseImage image,
        ImageStatus target,
        ServingTemplate template,
        string node,
        IReadOnlyList<V1Toleration>? tolerations = null
    )
    {
        var timeout = image.Spec!.Rollout.PrePull.Timeout.Span;
        return new SideJob
        {
            Name = Name(image, target, node),
            Role = Container,
            Template = template,
            Node = node,
            Tolerations = tolerations ?? [],
            Arguments = ["pass"],
            Deadline = timeout,
            Kept = timeout + Kept,
            Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { [DigestAnnotation] = target.Digest },
        }.For(image);
    }
}
