using GemmaOperator.Api.BaseImages;
using GemmaOperator.Cluster.Comparison;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>
/// Renders the disruption budget of the inference server: a drain takes its pods one after another. With a single
/// replica there is none, since it could only forbid every drain.
/// </summary>
internal static class ServingBudget
{
    /// <summary>Returns null when there is to be none.</summary>
    /// <param name="image">Whose pods.</param>
    /// <param name="deployment">
    /// As it is now; an autoscaler may have given it another number of replicas than the spec.
    /// </param>
    public static V1PodDisruptionBudget? Render(GemmaBaseImage image, V1Deployment? deployment)
    {
        var replicas = ServingDeployment.IsScaledByOthers(image, deployment)
            ? deployment!.Spec.Replicas ?? 1
            : image.Spec!.Rollout.Server.Replicas;
        return replicas < 2
            ? null
            : AppliedHash.Stamp(
                new V1PodDisruptionBudget
                {
                    ApiVersion = "policy/v1",
                    Kind = "PodDisruptionBudget",
                    Metadata = WorkloadMetadata.OfWorkload(image),
                    Spec = new V1PodDisruptionBudgetSpec
                    {
                        MaxUnavailable = 1,
                        Selector = new V1LabelSelector { MatchLabels = WorkloadMetadata.Selector(image) },
                        // A pod that never became ready protects nobody: it must not hold up a drain.
                        UnhealthyPodEvictionPolicy = "AlwaysAllow",
                    },
                }
            );
    }
}
