using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Workloads;
using k8s.Models;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>Says how the live workload stands to what is wanted of it: one child may differ and the others not.</summary>
/// <param name="WantedDeployment">What is wanted.</param>
/// <param name="Deployment">How the live one stands to it.</param>
/// <param name="WantedService">What is wanted.</param>
/// <param name="Service">How the live one stands to it.</param>
/// <param name="WantedBudget">What is wanted; null when there is to be none.</param>
/// <param name="Budget">How the live one stands to it.</param>
/// <param name="UnwantedBudget">To be deleted; null when there is none.</param>
internal sealed record WorkloadStanding(
    V1Deployment WantedDeployment,
    ObjectStanding Deployment,
    V1Service WantedService,
    ObjectStanding Service,
    V1PodDisruptionBudget? WantedBudget,
    ObjectStanding Budget,
    V1PodDisruptionBudget? UnwantedBudget
)
{
    /// <summary>Gets the first field that is to be written; null when nothing is.</summary>
    public string? Drift =>
        Deployment.Drift ?? Service.Drift ?? Budget.Drift ?? (UnwantedBudget is null ? null : "podDisruptionBudget");

    /// <summary>Gets when something is to be written though nothing changes (UTC).</summary>
    public DateTime? NextLook => All.Select(o => o.Standing.NextLook).Min();

    /// <summary>Gets all of them, with their kinds.</summary>
    public IEnumerable<(string Kind, ObjectStanding Standing)> All =>
        [(V1Deployment.KubeKind, Deployment), (V1Service.KubeKind, Service), (V1PodDisruptionBudget.KubeKind, Budget)];

    public static WorkloadStanding Judge(ImageSnapshot s, ServingTemplate template, bool givesWay)
    {
        var live = s.Workload;
        var deployment = ServingDeployment.Render(s.Image, template, live.Deployment, givesWay);
        var service = ServingService.Render(s.Image);
        var budget = ServingBudget.Render(s.Image, live.Deployment);
        return new WorkloadStanding(
            deployment,
            StandingPolicy.Judge(s, deployment, live.Deployment),
            service,
            StandingPolicy.Judge(s, service, live.Service),
            budget,
            budget is null ? new ObjectStanding.AsAsked() : StandingPolicy.Judge(s, budget, live.Budget),
            budget is null ? live.Budget : null
        );
    }
}
