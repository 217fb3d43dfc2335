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
    public static WorkloadChanges? Decide(RolloutDecision rollout) =>
        rollout is RolloutDecision.Serve { Drift: not null, Standing: var standing }
            ? new WorkloadChanges(
                standing.Service.Drift is null ? null : standing.WantedService,
                standing.Deployment.Drift is null ? null : standing.WantedDeployment,
                standing.Budget.Drift is null ? null : standing.WantedBudget,
                standing.UnwantedBudget
            )
            : null;

    /// <summary>
    /// Returns the Deployment and its field that is left to somebody else, of whom nobody knows yet who it is; null when
    /// there is none.
    /// </summary>
    public static (V1Deployment Wanted, string Field)? Contested(RolloutDecision rollout) =>
        rollout is RolloutDecision.Serve { Standing: var standing }
        && standing.Deployment is ObjectStanding.Undone { RetryAt: not null, Contest: { Manager: null } contest }
            ? (standing.WantedDeployment, contest.Field)
            : null;
}
