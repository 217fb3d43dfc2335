using GemmaOperator.Api.BaseImages;
using k8s.Models;

namespace GemmaOperator.BaseImages.ServedPods;

/// <summary>
/// Renders which nodes and pods the served pods want to be on or beside. Where no pods are named, the object's own are
/// meant: a selector that is left out would otherwise select none.
/// </summary>
internal static class ServedPlacement
{
    /// <param name="server">What is asked for.</param>
    /// <param name="own">Labels that all pods of the object have, and no others.</param>
    public static V1Affinity? AffinityOf(ServerSpec server, IDictionary<string, string> own) =>
        server.Affinity is not { } asked
            ? null
            : new V1Affinity
            {
                NodeAffinity = asked.NodeAffinity,
                PodAffinity = asked.PodAffinity is { } near
                    ? new V1PodAffinity
                    {
                        RequiredDuringSchedulingIgnoredDuringExecution = Terms(
                            near.RequiredDuringSchedulingIgnoredDuringExecution,
                            own
                        ),
                        PreferredDuringSchedulingIgnoredDuringExecution = Terms(
                            near.PreferredDuringSchedulingIgnoredDuringExecution,
                            own
                        ),
                    }
                    : null,
                PodAntiAffinity = asked.PodAntiAffinity is { } apart
                    ? new V1PodAntiAffinity
                    {
                        RequiredDuringSchedulingIgnoredDuringExecution = Terms(
                            apart.RequiredDuringSchedulingIgnoredDuringExecution,
                            own
                        ),
                        PreferredDuringSchedulingIgnoredDuringExecution = Terms(
                            apart.PreferredDuringSchedulingIgnoredDuringExecution,
                            own
                        ),
                    }
                    : null,
            };

    /// <inheritdoc cref="AffinityOf"/>
    public static List<V1TopologySpreadConstraint>? SpreadOf(ServerSpec server, IDictionary<string, string> own) =>
        server.TopologySpreadConstraints.Count == 0
            ? null
            :
            [
                .. server.TopologySpreadConstraints.Select(c =>
                    c with
                    {
                        LabelSelector = Selector(c.LabelSelector, own),
                    }
                ),
            ];

    private static List<V1PodAffinityTerm>? Terms(IList<V1PodAffinityTerm>? terms, IDictionary<string, string> own) =>
        terms is not { Count: > 0 } ? null : [.. terms.Select(t => Term(t, own))];

    private static List<V1WeightedPodAffinityTerm>? Terms(
        IList<V1WeightedPodAffinityTerm>? terms,
        IDictionary<string, string> own
    ) =>
        terms is not { Count: > 0 }
            ? null
            : [.. terms.Select(t => t with { PodAffinityTerm = Term(t.PodAffinityTerm, own) })];

    private static V1PodAffinityTerm Term(V1PodAffinityTerm term, IDictionary<string, string> own) =>
        term with
        {
            LabelSelector = Selector(term.LabelSelector, own),
        };

    /// <summary>An empty one would select every pod of the namespace: it means the same as none.</summary>
    private static V1LabelSelector Selector(V1LabelSelector? asked, IDictionary<string, string> own) =>
        asked is { MatchLabels.Count: > 0 } or { MatchExpressions.Count: > 0 }
            ? asked
            : new V1LabelSelector { MatchLabels = new Dictionary<string, string>(own, StringComparer.Ordinal) };
}
