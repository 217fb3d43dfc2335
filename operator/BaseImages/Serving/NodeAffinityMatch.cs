using System.Globalization;
using k8s.Models;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>Tells which nodes a pod's affinity allows, as the scheduler does; what it prefers doesn't count.</summary>
internal static class NodeAffinityMatch
{
    private static readonly Dictionary<string, string> NoLabels = new(StringComparer.Ordinal);

    /// <summary>Returns whether one of the terms is met; true where there are none.</summary>
    public static bool Allows(V1PodSpec pod, V1Node node) =>
        pod.Affinity?.NodeAffinity?.RequiredDuringSchedulingIgnoredDuringExecution?.NodeSelectorTerms is not { } terms
        || terms.Any(t =>
            t.MatchExpressions is { Count: > 0 } all
            && all.All(e => IsMet(e, node.Metadata.Labels ?? (IDictionary<string, string>)NoLabels))
        );

    private static bool IsMet(V1NodeSelectorRequirement asked, IDictionary<string, string> labels)
    {
        var value = labels.TryGetValue(asked.Key, out var found) ? found : null;
        var values = asked.Values ?? [];
        return asked.OperatorProperty switch
        {
            "In" => value is not null && values.Contains(value),
            "NotIn" => value is null || !values.Contains(value),
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            "Gt" => Compare(value, values) > 0,
            "Lt" => Compare(value, values) < 0,
            _ => false,
        };
    }

    /// <summary>Returns null where either is no number: neither is met then.</summary>
    private static int? Compare(string? value, IList<string> values) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var here)
        && values.Count == 1
        && long.TryParse(values[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var there)
            ? here.CompareTo(there)
            : null;
}
