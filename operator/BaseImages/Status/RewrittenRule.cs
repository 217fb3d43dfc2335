using System.Globalization;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.Api.Workloads;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Comparison;
using k8s.Models;

namespace GemmaOperator.BaseImages.Status;

/// <summary>
/// Decides what people are told of a workload that stands in the cluster as nobody asked for: admission made something
/// else of it, or somebody undoes what the operator writes.
/// </summary>
internal static class RewrittenRule
{
    /// <summary>Returns null when it stands as asked for, or as good as that.</summary>
    public static Finding? Judge(ConditionFacts f) => Contested(f) ?? Rewritten(f);

    private static Finding? Contested(ConditionFacts f)
    {
        if (f.Status.Rollout?.Contested is not { Rounds: >= StandingPolicy.Rounds } contest)
        {
            return null;
        }

        var undone = (f.Rollout as RolloutDecision.Serve)
            ?.Standing.All.Select(o => o.Standing as ObjectStanding.Undone)
            .FirstOrDefault(u => u?.Contest.Field == contest.Field);
        return Finding.True(
            ImageReason.Rewritten.FieldContested,
            $"{Name(f, contest.Kind)} {undone?.First.Sentence ?? contest.Field}; what the operator wrote was undone "
                + $"{contest.Rounds.ToString(CultureInfo.InvariantCulture)} times{Owner(contest)}. "
                + (
                    undone is { RetryAt: { } at }
                        ? $"It is left alone and tried again at {at:HH:mm:ss} UTC: let only one of the two write it."
                        : "It stands as asked for now; let only one of the two write it."
                )
        );
    }

    private static Finding? Rewritten(ConditionFacts f)
    {
        if (f.Rollout is not RolloutDecision.Serve serve)
        {
            return null;
        }

        var (kind, told) = serve
            .Standing.All.Select(o => (o.Kind, Told: (o.Standing as ObjectStanding.Rewritten)?.Telling))
            .FirstOrDefault(o => o.Told is { Count: > 0 });
        return told is not null
                ? Finding.True(
                    ImageReason.Rewritten.RewrittenByAdmission,
                    $"{Name(f, kind)} {told[0].Sentence}{More(told)}. Admission (a webhook or a policy) made that of it: "
                        + "exempt it there, or ask for what it wants; it is asked for again every 10 minutes."
                )
            : UnknownPodPolicy.Replaced(f.Seen.Workload) is { } replaced
                ? Finding.True(
                    ImageReason.Rewritten.RewrittenByAdmission,
                    $"{replaced.Sentence}. Admission gives its pods another image than their ReplicaSet has: exempt them there."
                )
            : null;
    }

    private static string More(IReadOnlyList<Difference> told) =>
        told.Count == 1 ? "" : $" (and so do {string.Join(", ", told.Skip(1).Take(5).Select(d => d.Path))})";

    private static string Owner(ContestedField contest) =>
        contest.Manager is { Length: > 0 } manager ? $" ({manager})" : "";

    private static string Name(ConditionFacts f, string kind) =>
        $"{kind} {f.Seen.Image.Metadata.NamespaceProperty}/{f.Seen.Image.Metadata.Name}";
}
