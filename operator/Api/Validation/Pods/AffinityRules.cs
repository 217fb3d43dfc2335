using k8s.Models;

namespace GemmaOperator.Api.Validation.Pods;

/// <summary>Checks which nodes and pods the served pods want to be on or beside, or not.</summary>
internal static class AffinityRules
{
    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution";

    private const string Preferred = "preferredDuringSchedulingIgnoredDuringExecution";

    private const int MostTerms = 8;

    private const int LargestWeight = 100;

    public static void Check(string path, V1Affinity? affinity, Findings findings)
    {
        CheckNodes($"{path}.nodeAffinity", affinity?.NodeAffinity, findings);
        CheckPods(
            $"{path}.podAffinity",
            affinity?.PodAffinity?.RequiredDuringSchedulingIgnoredDuringExecution,
            affinity?.PodAffinity?.PreferredDuringSchedulingIgnoredDuringExecution,
            findings
        );
        CheckPods(
            $"{path}.podAntiAffinity",
            affinity?.PodAntiAffinity?.RequiredDuringSchedulingIgnoredDuringExecution,
            affinity?.PodAntiAffinity?.PreferredDuringSchedulingIgnoredDuringExecution,
            findings
        );
    }

    private static void CheckNodes(string path, V1NodeAffinity? affinity, Findings findings)
    {
        if (affinity?.RequiredDuringSchedulingIgnoredDuringExecution is { } required)
        {
            var terms = required.NodeSelectorTerms ?? [];
            if (terms.Count == 0)
            {
                findings.Add($"{path}.{Required}.nodeSelectorTerms", "it is empty", "give one, or leave it all out");
            }

            findings.Most($"{path}.{Required}.nodeSelectorTerms", terms.Count, MostTerms);
            foreach (var (i, term) in terms.Index())
            {
                SelectorRules.CheckNodes($"{path}.{Required}.nodeSelectorTerms[{i}]", term, findings);
            }
        }

        var preferred = affinity?.PreferredDuringSchedulingIgnoredDuringExecution ?? [];
        findings.Most($"{path}.{Preferred}", preferred.Count, MostTerms);
        foreach (var (i, one) in preferred.Index())
        {
            findings.Range($"{path}.{Preferred}[{i}].weight", one?.Weight ?? 0, 1, LargestWeight);
            SelectorRules.CheckNodes($"{path}.{Preferred}[{i}].preference", one?.Preference, findings);
        }
    }

    private static void CheckPods(
        string path,
        IList<V1PodAffinityTerm>? required,
        IList<V1WeightedPodAffinityTerm>? preferred,
        Findings findings
    )
    {
        findings.Most($"{path}.{Required}", required?.Count, MostTerms);
        foreach (var (i, term) in (required ?? []).Index())
        {
            CheckTerm($"{path}.{Required}[{i}]", term, findings);
        }

        findings.Most($"{path}.{Preferred}", preferred?.Count, MostTerms);
        foreach (var (i, one) in (preferred ?? []).Index())
        {
            findings.Range($"{path}.{Preferred}[{i}].weight", one?.Weight ?? 0, 1, LargestWeight);
            CheckTerm($"{path}.{Preferred}[{i}].podAffinityTerm", one?.PodAffinityTerm, findings);
        }
    }

    /// <summary>Pods of other namespaces are others' business: what is nearby isn't to be found out by it.</summary>
    private static void CheckTerm(string path, V1PodAffinityTerm? term, Findings findings)
    {
        findings.LabelKey($"{path}.topologyKey", term?.TopologyKey);
        SelectorRules.CheckPods($"{path}.labelSelector", term?.LabelSelector, findings);
        if (term?.Namespaces is { Count: > 0 } || term?.NamespaceSelector is not null)
        {
            findings.Add(
                path,
                "pods of other namespaces can't be asked for",
                "leave namespaces and namespaceSelector out"
            );
        }
    }
}
