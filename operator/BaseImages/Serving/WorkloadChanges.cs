using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using k8s;
using k8s.Models;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>
/// Holds what is to be written of the workload: one child may differ from what is wanted and the others not.
/// </summary>
/// <param name="Service">To apply; null when it is as it should be.</param>
/// <param name="Deployment">To apply; null when it is as it should be.</param>
/// <param name="Budget">To apply; null when it is as it should be.</param>
/// <param name="UnwantedBudget">To delete; null when there is none.</param>
internal sealed record WorkloadChanges(
    V1Service? Service,
    V1Deployment? Deployment,
    V1PodDisruptionBudget? Budget,
    V1PodDisruptionBudget? UnwantedBudget
)
{
    /// <summary>Returns null when nothing is to be written.</summary>
    public static WorkloadChanges? Decide(ImageSnapshot s, RolloutDecision rollout)
    {
        if (rollout is not RolloutDecision.Serve { Drift: not null } serve)
        {
            return null;
        }

        var live = s.Workload;
        var budget = ServingBudget.Render(s.Image, live.Deployment);
        return new WorkloadChanges(
            Differing(ServingService.Render(s.Image), live.Service),
            Differing(
                ServingDeployment.Render(s.Image, serve.Template, live.Deployment, serve.GivesWay),
                live.Deployment
            ),
            budget is null ? null : Differing(budget, live.Budget),
            budget is null ? live.Budget : null
        );
    }

    private static T? Differing<T>(T wanted, T? live)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        live is not null && Drift.Between(wanted, live) is null ? null : wanted;
}
