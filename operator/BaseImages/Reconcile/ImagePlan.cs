using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Adoption;
using GemmaOperator.BaseImages.Channels;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Probe;
using GemmaOperator.BaseImages.Retention;
using GemmaOperator.BaseImages.Routing;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Vulnerabilities;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.Cluster.Gateways;
using GemmaOperator.Rules;
using k8s.Models;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>Holds all that was decided about a GemmaBaseImage; what carries it out decides nothing.</summary>
/// <param name="Freshness">About builds, with the rule that decided.</param>
/// <param name="Model">About the source of the weights.</param>
/// <param name="Channel">About the tags of the base's line.</param>
/// <param name="Rollout">About the workload, with the rule that decided.</param>
/// <param name="Leaving">Builds that leave the history.</param>
/// <param name="Discarding">Builds that stay and whose own image has been given up just now.</param>
/// <param name="SideJobs">Jobs beside the workload that aren't there yet.</param>
/// <param name="EndedJobs">Jobs whose work is done or not wanted, and that don't finish by themselves.</param>
/// <param name="Fetch">About the weights' claims; null when nothing is due.</param>
/// <param name="Workload">
/// What is written of the workload; null when it is as it should be, or isn't ours to write.
/// </param>
/// <param name="Owners">What is taken over, or let go.</param>
/// <param name="Scan">How far the scan of a list of packages is.</param>
/// <param name="Contested">
/// The Deployment and its field that is left to somebody else, of whom nobody knows yet who it is; null when none is.
/// </param>
internal sealed record ImagePlan(
    Ruling<ImageDecision> Freshness,
    ModelDecision Model,
    ChannelDecision Channel,
    Ruling<RolloutDecision> Rollout,
    IReadOnlyList<GemmaBuild> Leaving,
    IReadOnlyList<GemmaBuild> Discarding,
    IReadOnlyList<V1Job> SideJobs,
    IReadOnlyList<V1Job> EndedJobs,
    ModelWork? Fetch,
    WorkloadChanges? Workload,
    IReadOnlyList<OwnerChange> Owners,
    ScanState Scan,
    (V1Deployment Wanted, string Field)? Contested
)
{
    /// <summary>Gets what is written of the route to what serves.</summary>
    public RoutingWork<HttpRoute> Route { get; init; } = new();

    /// <summary>Gets what is written of the pool of what serves.</summary>
    public RoutingWork<InferencePool> Pool { get; init; } = new();

    /// <summary>
    /// Tells whether it would be wrong for an object that is gone, of which a cache needn't know yet: what it took over
    /// would be taken away, what served and isn't there went with it, and what it leaves would stay for nobody.
    /// </summary>
    public bool IsWrongOnceGone(ImageSnapshot s) =>
        Owners.Count > 0
        || Fetch is { Claim: not null } or { Reowned.Count: > 0 }
        || (Workload?.Deployment is not null && s.Workload.Deployment is null)
        || (Workload?.Service is not null && s.Workload.Service is null)
        || (Workload?.Budget is not null && s.Workload.Budget is null)
        || (Route.Apply is not null && s.Routing.Route.Live is null)
        || (Pool.Apply is not null && s.Routing.Pool.Live is null);

    public static ImagePlan Decide(ImageSnapshot s)
    {
        var rollout = RolloutPlanner.Rule(s);
        return new ImagePlan(
            ImagePlanner.Rule(s),
            ModelFreshness.Decide(s),
            ChannelPolicy.Decide(s),
            rollout,
            RetentionPolicy.Decide(s),
            RetentionPolicy.Discarded(s),
            SideJobPolicy.Decide(s.Image, rollout.Decision),
            [.. SideJobPolicy.Ended(s, rollout.Decision), .. ProbePolicy.Ended(s)],
            RolloutPlanner.WorkFor(s),
            WorkloadChanges.Decide(rollout.Decision),
            OwnerPolicy.Decide(s),
            ScanPolicy.Judge(s),
            WorkloadChanges.Contested(rollout.Decision)
        )
        {
            Route = RoutingPolicy.DecideRoute(s),
            Pool = RoutingPolicy.DecidePool(s),
        };
    }
}
