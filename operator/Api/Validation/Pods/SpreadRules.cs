using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.Api.Validation.Pods;

/// <summary>Checks how evenly the served pods are spread.</summary>
internal static class SpreadRules
{
    private const int MostConstraints = 8;

    private const int MostKeys = 8;

    private const int Largest = 1000;

    private static readonly string[] Unsatisfiable = ["DoNotSchedule", "ScheduleAnyway"];

    private static readonly string[] Policies = ["Honor", "Ignore"];

    public static void Check(string path, IReadOnlyList<V1TopologySpreadConstraint>? all, Findings findings)
    {
        findings.Most(path, all?.Count, MostConstraints);
        var seen = new HashSet<(string?, string?)>();
        foreach (var (i, one) in (all ?? []).Index())
        {
            var where = $"{path}[{i}]";
            findings.Range($"{where}.maxSkew", one?.MaxSkew ?? 0, 1, Largest);
            findings.Range($"{where}.minDomains", one?.MinDomains, 1, Largest);
            findings.LabelKey($"{where}.topologyKey", one?.TopologyKey);
            Word($"{where}.whenUnsatisfiable", one?.WhenUnsatisfiable ?? "", Unsatisfiable, findings);
            Word($"{where}.nodeAffinityPolicy", one?.NodeAffinityPolicy ?? Policies[0], Policies, findings);
            Word($"{where}.nodeTaintsPolicy", one?.NodeTaintsPolicy ?? Policies[0], Policies, findings);
            SelectorRules.CheckPods($"{where}.labelSelector", one?.LabelSelector, findings);
            findings.Most($"{where}.matchLabelKeys", one?.MatchLabelKeys?.Count, MostKeys);
            foreach (var (k, key) in (one?.MatchLabelKeys ?? []).Index())
            {
                findings.LabelKey($"{where}.matchLabelKeys[{k}]", key);
            }

            if (!seen.Add((one?.TopologyKey, one?.WhenUnsatisfiable)))
            {
                findings.Add(
                    where,
                    "another one has its topologyKey and whenUnsatisfiable",
                    "give each of rollout.server.topologySpreadConstraints its own pair of them"
                );
            }

            if (one is { MinDomains: not null, WhenUnsatisfiable: "ScheduleAnyway" })
            {
                findings.Add(
                    $"{where}.minDomains",
                    "it is for whenUnsatisfiable: DoNotSchedule only",
                    "set that, or remove it"
                );
            }
        }
    }

    private static void Word(string path, string given, string[] words, Findings findings)
    {
        if (!words.Contains(given, StringComparer.Ordinal))
        {
            findings.Add(path, $"{Quoted.Of(given)} isn't supported", $"choose {string.Join(" or ", words)}");
        }
    }
}
