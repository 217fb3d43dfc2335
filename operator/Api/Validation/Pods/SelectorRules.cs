using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.Api.Validation.Pods;

/// <summary>Checks what labels of nodes and pods have to meet.</summary>
internal static class SelectorRules
{
    private const int MostExpressions = 16;

    private const int MostLabels = 16;

    private const int MostValues = 32;

    private static readonly string[] OfNodes = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];

    public static void CheckNodes(string path, V1NodeSelectorTerm? term, Findings findings)
    {
        if (term?.MatchFields is { Count: > 0 })
        {
            findings.Add(path, "fields of nodes can't be asked for", "use matchExpressions");
        }

        var expressions = term?.MatchExpressions ?? [];
        findings.Most($"{path}.matchExpressions", expressions.Count, MostExpressions);
        foreach (var (i, one) in expressions.Index())
        {
            CheckExpression(
                $"{path}.matchExpressions[{i}]",
                one?.Key,
                one?.OperatorProperty,
                one?.Values,
                OfNodes,
                findings
            );
        }
    }

    /// <summary>Checks which pods are meant; null means the object's own.</summary>
    public static void CheckPods(string path, V1LabelSelector? selector, Findings findings)
    {
        var labels = selector?.MatchLabels ?? new Dictionary<string, string>(StringComparer.Ordinal);
        findings.Most($"{path}.matchLabels", labels.Count, MostLabels);
        foreach (var (key, value) in labels)
        {
            var where = $"{path}.matchLabels[{Quoted.Of(Truncation.Head(key, Bounds.KeyLength))}]";
            findings.LabelKey(where, key);
            findings.LabelValue(where, value);
        }

        var expressions = selector?.MatchExpressions ?? [];
        findings.Most($"{path}.matchExpressions", expressions.Count, MostExpressions);
        foreach (var (i, one) in expressions.Index())
        {
            CheckExpression(
                $"{path}.matchExpressions[{i}]",
                one?.Key,
                one?.OperatorProperty,
                one?.Values,
                OfNodes[..4],
                findings
            );
        }
    }

    private static void CheckExpression(
        string path,
        string? key,
        string? judged,
        IList<string>? values,
        string[] words,
        Findings findings
    )
    {
        findings.LabelKey($"{path}.key", key);
        findings.Most($"{path}.values", values?.Count, MostValues);
        if (!words.Contains(judged, StringComparer.Ordinal))
        {
            findings.Add(
                $"{path}.operator",
                $"{Quoted.Of(judged)} isn't supported",
                $"choose {string.Join(", ", words)}"
            );
        }

        var given = values?.Count ?? 0;
        var problem = judged switch
        {
            "In" or "NotIn" when given == 0 => $"{judged} compares with values",
            "Exists" or "DoesNotExist" when given > 0 => $"{judged} compares with no value",
            "Gt" or "Lt" when given != 1 || !long.TryParse(values![0], out _) => $"{judged} compares with one number",
            _ => null,
        };
        if (problem is not null)
        {
            findings.Add(path, problem, "give In and NotIn values, Exists and DoesNotExist none, Gt and Lt one number");
        }

        foreach (var (i, value) in (values ?? []).Index())
        {
            findings.LabelValue($"{path}.values[{i}]", value);
        }
    }
}
