using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Comparison;
using k8s.Models;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>
/// Decides which served pods aren't known by what they say of themselves, so that the ReplicaSet that made them has to
/// tell: admission took their annotations, or gave them another image.
/// </summary>
internal static class UnknownPodPolicy
{
    /// <summary>Tells whether the ReplicaSets matter.</summary>
    public static bool MustAsk(ImageSnapshot s)
    {
        if (s.Workload.Pods.Count == 0 || s.Workload.Deployment is null)
        {
            return false;
        }

        var known = s
            .Builds.Select(b => b.Status?.Application?.Digest)
            .Append(s.Status.ServingImage?.Digest)
            .Append(s.Status.PreviousImage?.Digest)
            .Append(s.Workload.Identity)
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        return s.Workload.Pods.Any(p =>
            p.IsStaying
            && (
                (p.Settings is null && s.Workload.Settings is not null)
                || !(RunningImage.DigestOf(p) is { } digest ? known.Contains(digest) : NamesLive(s.Workload, p))
            )
        );
    }

    /// <summary>
    /// Returns the first pod of the revision that the Deployment asks for which runs another image than that; null when
    /// there is none.
    /// </summary>
    public static Difference? Replaced(Workload workload) =>
        workload
            .Pods.Where(p => p.IsStaying && IsOfLive(workload, p))
            .Select(p => (Pod: p, Runs: RunningImage.DigestOf(p)))
            .Where(p => p.Runs is not null && p.Runs != workload.Identity)
            .Select(p => new Difference(
                $"pod {p.Pod.Metadata.Name}: .spec.containers[name={ServingDeployment.ContainerName}].image",
                workload.Image,
                ServingDeployment.ImageOf(p.Pod.Spec) is { } named && RunningImage.DigestIn(named) is not null
                    ? named
                    : p.Pod.Server?.ImageID
            ))
            .FirstOrDefault();

    private static bool NamesLive(Workload workload, V1Pod pod) =>
        pod.Spec?.Containers is not null && ServingDeployment.ImageOf(pod.Spec) == workload.Image;

    private static bool IsOfLive(Workload workload, V1Pod pod) =>
        workload.ReplicaSetOf(pod)?.Spec?.Template is { } made
        && made.Settings == workload.Settings
        && ServingDeployment.ImageOf(made.Spec) == workload.Image;
}
