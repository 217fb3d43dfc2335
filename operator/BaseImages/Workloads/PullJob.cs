using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Cluster;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>
/// Brings an image onto one node and exits at once, so that pods are replaced in the time of a start and
/// not of a pull of gigabytes.
/// </summary>
internal static class PullJob
{
    public const string Container = "pre-pull";

    /// <summary>On the Job: digest of the image that it pulls.</summary>
    public const string DigestAnnotation = ApiGroup.Name + "/pulls";

    /// <summary>What a finished one is kept for, beyond the time that a rollout may wait for it.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    /// <summary>Same node and image, same name: made twice, it is there once.</summary>
    public static string Name(GemmaBaseImage image, ImageStatus target, string node) =>
        ObjectName.With(
            image.Metadata.Name,
            "-pull-" + new Fingerprint().With("image", target.Digest).With("node", node).ToString()[..10]
        );

    /// <param name="image">Whose rollout it is.</param>
    /// <param name="target">The image that is pulled.</param>
    /// <param name="template">What pods of it will be made from.</param>
    /// <param name="node">Where it is pulled.</param>
    public static V1Job Render(GemmaBaseImage image, ImageStatus target, ServingTemplate template, string node)
    {
        var timeout = GoDuration.Parse(image.Spec!.Rollout.PrePull.Timeout);
        return new SideJob
        {
            Name = Name(image, target, node),
            Role = Container,
            Template = template,
            Node = node,
            Arguments = ["pass"],
            Deadline = timeout,
            Kept = timeout + Kept,
            Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { [DigestAnnotation] = target.Digest },
        }.For(image);
    }
}
