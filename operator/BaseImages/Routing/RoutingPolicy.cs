using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Adoption;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Cluster.Comparison;
using GemmaOperator.Cluster.Gateways;
using k8s;
using k8s.Models;

namespace GemmaOperator.BaseImages.Routing;

/// <summary>
/// Decides which objects stand in front of the Service: those that are asked for, once the Service is there. Others of
/// the same name stay as they are, and what was made goes when nobody asks any more.
/// </summary>
internal static class RoutingPolicy
{
    /// <summary>Says how soon is looked again for what only others bring: kinds, names, answers.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    /// <summary>Says how soon is looked whether gateways still say the same; nothing here is watched.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(5);

    /// <summary>Tells whether a route is asked for.</summary>
    public static bool AsksForRoute(GemmaBaseImage image) => IsServed(image) && image.Spec!.Rollout.Route is not null;

    /// <summary>Tells whether a pool is asked for.</summary>
    public static bool AsksForPool(GemmaBaseImage image) =>
        IsServed(image) && image.Spec!.Rollout.InferencePool is not null;

    /// <summary>
    /// Tells whether one is to be looked for: it is asked for, or was made, or may be left with a workload that is
    /// taken over.
    /// </summary>
    public static bool MustLook(ImageSnapshot s, string kind, bool isAsked) =>
        isAsked || IsNoted(s, kind) || OwnWorkload.IsTakenOver(s);

    /// <summary>Tells whether the status says that one was made, or is about to be.</summary>
    public static bool IsNoted(ImageSnapshot s, string kind) =>
        s.Status.Routing?.Made.Contains(kind, StringComparer.Ordinal) == true;

    /// <summary>Decides about the route.</summary>
    public static RoutingWork<HttpRoute> DecideRoute(ImageSnapshot s) =>
        Decide(
            s,
            HttpRoute.KubeKind,
            AsksForRoute(s.Image),
            s.Routing.Route,
            () => ServingRoute.Render(s.Image, s.Spec.Rollout.Route!)
        );

    /// <summary>Decides about the pool.</summary>
    public static RoutingWork<InferencePool> DecidePool(ImageSnapshot s) =>
        Decide(
            s,
            InferencePool.KubeKind,
            AsksForPool(s.Image),
            s.Routing.Pool,
            () => ServingPool.Render(s.Image, s.Spec.Rollout.InferencePool!)
        );

    /// <summary>Returns when is looked again (UTC); null where nothing is asked for, nor left to be deleted.</summary>
    public static DateTime? NextLook(ImageSnapshot s, GemmaBaseImageStatus after) =>
        after.Conditions.FirstOrDefault(c => c.Type == ConditionType.Routed) is { } routed
            ? s.Now + (routed.Status == "True" ? Later : Soon)
        : after.Routing is not null ? s.Now + Soon
        : null;

    private static bool IsServed(GemmaBaseImage image) =>
        image.Metadata.DeletionTimestamp is null
        && image.Spec?.Rollout is { } rollout
        && rollout.Mode == RolloutMode.Managed;

    /// <summary>A spec that isn't valid asks for nothing, and takes nothing away.</summary>
    private static RoutingWork<T> Decide<T>(
        ImageSnapshot s,
        string kind,
        bool isAsked,
        SeenRouting<T> seen,
        Func<T> render
    )
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (!isAsked)
        {
            return new RoutingWork<T>(Drop: OwnWorkload.IsOf(s.Image, seen) ? seen.Live : null);
        }

        if (
            s.Inputs is not BuildRequest.Known
            || s.Workload.Service is null
            || seen is { IsWithoutKind: true } or { Refused: not null }
            || seen.Live is { Metadata.DeletionTimestamp: not null }
            || (seen.Live is not null && !OwnWorkload.IsOf(s.Image, seen))
        )
        {
            return new RoutingWork<T>();
        }

        if (seen.Live is null && !IsNoted(s, kind))
        {
            return new RoutingWork<T>(IsAnnounced: true);
        }

        var wanted = render();
        return new RoutingWork<T>(
            Apply: seen.Live is { } live
            && live.LastApplied == wanted.LastApplied
            && Drift.Between(wanted, live) is null
                ? null
                : wanted
        );
    }
}
