using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.Tenancy;

/// <summary>
/// Finds labels of nodes in an affinity that a spec may not ask for: it selects nodes as nodeSelector does. A rule of
/// one value covers <c>In</c> with that value alone: what excludes some nodes asks for all others.
/// </summary>
internal static class NodeAffinityPolicy
{
    private const string Path = "spec.rollout.server.affinity.nodeAffinity";

    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";

    private const string Preferred = "preferredDuringSchedulingIgnoredDuringExecution";

    /// <param name="allowed">The rules; null restricts nothing.</param>
    /// <param name="affinity">What a spec asks for.</param>
    /// <param name="option">What sets the rules.</param>
    public static IEnumerable<FieldError> Judge(IReadOnlyList<KeyRule>? allowed, V1Affinity? affinity, string option) =>
        allowed is null || affinity?.NodeAffinity is not { } nodes
            ? []
            : from term in Terms(nodes)
            from expression in (term.Term?.MatchExpressions ?? []).Index()
            where !Covers(allowed, expression.Item)
            select TenantPolicyCheck.Refuse(
                $"{term.Where}.matchExpressions[{expression.Index}]",
                Written(expression.Item),
                TenantPolicyCheck.Listed(allowed),
                option,
                leaveOut: true
            );

    private static IEnumerable<(string Where, V1NodeSelectorTerm? Term)> Terms(V1NodeAffinity nodes) =>
        (nodes.RequiredDuringSchedulingIgnoredDuringExecution?.NodeSelectorTerms ?? [])
            .Index()
            .Select(t => ($"{Path}.{Required}[{t.Index}]", (V1NodeSelectorTerm?)t.Item))
            .Concat(
                (nodes.PreferredDuringSchedulingIgnoredDuringExecution ?? [])
                    .Index()
                    .Select(t => ($"{Path}.{Preferred}[{t.Index}].preference", (V1NodeSelectorTerm?)t.Item.Preference))
            );

    private static bool Covers(IReadOnlyList<KeyRule> allowed, V1NodeSelectorRequirement asked) =>
        allowed.Any(rule => rule.Covers(asked.Key, null))
        || (
            asked is { OperatorProperty: "In", Values.Count: > 0 }
            && asked.Values.All(value => allowed.Any(rule => rule.Covers(asked.Key, value)))
        );

    private static string Written(V1NodeSelectorRequirement asked) =>
        asked.Values is { Count: > 0 } values
            ? $"{asked.Key} {asked.OperatorProperty} {string.Join(", ", values)}"
            : $"{asked.Key} {asked.OperatorProperty}";
}
