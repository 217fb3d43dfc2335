using GemmaOperator.Api.Routing;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Adoption;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Routing;
using GemmaOperator.Cluster.Gateways;
using GemmaOperator.Text;
using k8s;
using k8s.Models;

namespace GemmaOperator.BaseImages.Status;

/// <summary>Decides what people are told of the way that requests take to the served pods.</summary>
internal static class RoutedRule
{
    private const string Route = "spec.rollout.route";
    private const string Pool = "spec.rollout.inferencePool";

    /// <summary>Bounds a gateway's words, in bytes.</summary>
    private const int MostWords = 300;

    private static readonly string[] Asked = ["Accepted", "ResolvedRefs"];

    /// <summary>Returns null where nobody asks for a route or a pool.</summary>
    public static Finding? Judge(ConditionFacts f)
    {
        var (image, routing) = (f.Seen.Image, f.Outcome.Routing);
        List<Finding> found = [];
        if (RoutingPolicy.AsksForPool(image))
        {
            found.Add(Trouble(f, routing.Pool, InferencePool.KubeKind, InferencePool.Group, Pool) ?? OfPool(routing));
        }

        if (RoutingPolicy.AsksForRoute(image))
        {
            found.Add(Trouble(f, routing.Route, HttpRoute.KubeKind, HttpRoute.Group, Route) ?? OfRoute(routing));
        }

        return found.FirstOrDefault(x => x.IsTrue == false)
            ?? found.FirstOrDefault(x => x.IsTrue is null)
            ?? found.LastOrDefault();
    }

    /// <summary>
    /// Returns which objects were made and are there, or are about to be made, for when nobody asks for them any more.
    /// </summary>
    public static RoutingStatus? Made(ImageSnapshot s, RoutingFacts there)
    {
        var (route, pool) = (RoutingPolicy.DecideRoute(s), RoutingPolicy.DecidePool(s));
        List<string> made =
        [
            .. Kept(HttpRoute.KubeKind, there.Route, route.IsAnnounced, route.Apply is not null),
            .. Kept(InferencePool.KubeKind, there.Pool, pool.IsAnnounced, pool.Apply is not null),
        ];
        return made.Count > 0 ? new RoutingStatus { Made = made } : null;

        // What couldn't be seen, written or deleted is looked for again.
        IEnumerable<string> Kept<T>(string kind, SeenRouting<T> seen, bool isAnnounced, bool isTried)
            where T : class, IKubernetesObject<V1ObjectMeta> =>
            isAnnounced
            || OwnWorkload.IsOf(s.Image, seen)
            || ((isTried || seen.Refused is not null) && RoutingPolicy.IsNoted(s, kind))
                ? [kind]
                : [];
    }

    private static Finding? Trouble<T>(ConditionFacts f, SeenRouting<T> seen, string kind, string group, string field)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var name = $"{kind} {f.Seen.Image.Metadata.NamespaceProperty}/{f.Seen.Image.Metadata.Name}";
        return seen switch
        {
            { IsWithoutKind: true } => Finding.False(
                ImageReason.Routed.NotInstalled,
                $"{field}: the cluster has no {kind} ({group}/v1). Install its definition, and it is made within a "
                    + "minute, or take the field out"
            ),
            { Refused: { } refused } => Finding.False(ImageReason.Routed.Refused, $"{field}: {refused}"),
            { Live.Metadata.DeletionTimestamp: not null } => Finding.Unknown(
                ImageReason.Routed.Pending,
                $"{field}: {name} is being deleted, and is made anew when it is gone"
            ),
            { Live: not null } when !OwnWorkload.IsOf(f.Seen.Image, seen) => Finding.False(
                ImageReason.Routed.NameTaken,
                $"{field}: there is a {name} that isn't this object's. Delete or rename it, and this goes on by "
                    + "itself, or take the field out"
            ),
            { Live: null } => Finding.Unknown(
                ImageReason.Routed.Pending,
                $"{field}: {name} is made when there is a Service that it leads to"
            ),
            _ => null,
        };
    }

    /// <summary>Not every gateway says something of pools.</summary>
    private static Finding OfPool(RoutingFacts routing)
    {
        var pool = routing.Pool.Live!;
        return (pool.Status?.Parents ?? []).Select(p => Refusal(Pool, pool, p)).FirstOrDefault(r => r is not null)
            ?? Finding.True(
                ImageReason.Routed.Accepted,
                $"InferencePool {pool.Metadata.NamespaceProperty}/{pool.Metadata.Name} is there"
            );
    }

    private static Finding OfRoute(RoutingFacts routing)
    {
        var route = routing.Route.Live!;
        var name = $"HTTPRoute {route.Metadata.NamespaceProperty}/{route.Metadata.Name}";
        var answers = route
            .Spec!.ParentRefs.Select(wanted =>
                (Wanted: wanted, Answers: (route.Status?.Parents ?? []).Where(p => IsOf(wanted, p, route)).ToList())
            )
            .ToList();
        if (
            answers
                .SelectMany(a => a.Answers)
                .Select(p => Refusal(Route, route, p))
                .FirstOrDefault(r => r is not null) is
            { } refusal
        )
        {
            return refusal;
        }

        return answers.FirstOrDefault(a => !a.Answers.Any(p => IsAccepted(p, route))).Wanted is { } silent
            ? Finding.Unknown(
                ImageReason.Routed.Pending,
                $"{Route}: Gateway {NameOf(silent, route)} says nothing of {name} yet. Check that there is such a "
                    + "Gateway, and that its controller runs"
            )
            : Finding.True(
                ImageReason.Routed.Accepted,
                $"{name} is accepted by {string.Join(", ", answers.Select(a => NameOf(a.Wanted, route)))}"
            );
    }

    private static bool IsOf(GatewayReference wanted, RoutingParent answer, HttpRoute route) =>
        answer.ParentRef is { } named
        && named.Name == wanted.Name
        && (named.Namespace ?? route.Metadata.NamespaceProperty)
            == (wanted.Namespace ?? route.Metadata.NamespaceProperty)
        && named.SectionName == wanted.SectionName;

    private static bool IsAccepted(RoutingParent answer, HttpRoute route) =>
        Asked.All(type => Present(answer, route).Any(c => c.Type == type && c.Status == "True"));

    private static Finding? Refusal(string field, IKubernetesObject<V1ObjectMeta> of, RoutingParent answer) =>
        Present(answer, of).FirstOrDefault(c => Asked.Contains(c.Type) && c.Status == "False") is { } no
            ? Finding.False(
                ImageReason.Routed.NotAccepted,
                $"{field}: Gateway {Clean(answer.ParentRef?.Name)} says {no.Type} False ({Clean(no.Reason)}): "
                    + Clean(no.Message)
            )
            : null;

    /// <summary>What was said of an earlier generation says nothing of this one.</summary>
    private static IEnumerable<V1Condition> Present(RoutingParent answer, IKubernetesObject<V1ObjectMeta> of) =>
        (answer.Conditions ?? []).Where(c =>
            c.ObservedGeneration is null || c.ObservedGeneration >= of.Metadata.Generation
        );

    private static string NameOf(GatewayReference named, HttpRoute route) =>
        $"{named.Namespace ?? route.Metadata.NamespaceProperty}/{named.Name}"
        + (named.SectionName is { } section ? $" ({section})" : "");

    private static string Clean(string? text) =>
        Truncation.Head(MaskedLog.Clean(text ?? "").ReplaceLineEndings(" ").Trim(), MostWords);
}
