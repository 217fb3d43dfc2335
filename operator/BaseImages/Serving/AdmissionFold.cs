using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Workloads;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Comparison;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>Folds what the status remembers of admission, and of others who write what the operator does.</summary>
internal static class AdmissionFold
{
    /// <summary>Bounds the fields that are named.</summary>
    private const int MostFields = 20;

    public static RolloutStatus Fold(
        RolloutStatus rollout,
        ImageSnapshot s,
        RolloutDecision decision,
        WrittenWorkload written
    ) =>
        rollout with
        {
            Rewritten = Rewritten(s, decision, written) is { Count: > 0 } all ? all : null,
            Contested = Contested(s, decision, written),
        };

    /// <summary>What wasn't written stays as it was recorded, as long as it stands there.</summary>
    private static List<RewrittenObject> Rewritten(ImageSnapshot s, RolloutDecision decision, WrittenWorkload written)
    {
        var stale = decision is RolloutDecision.Serve { Standing: var standing }
            ? standing.All.Where(o => o.Standing is ObjectStanding.AsAsked).Select(o => o.Kind).ToList()
            : [];
        return
        [
            .. s.Workload.Rewritten.Where(r =>
                !stale.Contains(r.Kind, StringComparer.Ordinal) && written.Objects.All(w => w.Kind != r.Kind)
            ),
            .. written.Objects.Where(w => w.Differences.Count > 0).Select(w => Recorded(s, w)),
        ];
    }

    private static RewrittenObject Recorded(ImageSnapshot s, WrittenObject written) =>
        new()
        {
            Kind = written.Kind,
            Applied = written.Applied,
            Digest = written.Identity,
            Standing = Difference.HashOf(written.Differences),
            Fields = [.. written.Differences.Take(MostFields).Select(d => d.Path)],
            Time = Conditions.WholeSeconds(s.Now),
        };

    private static ContestedField? Contested(ImageSnapshot s, RolloutDecision decision, WrittenWorkload written)
    {
        var contest = decision is RolloutDecision.Serve { Standing: var standing }
            ? standing
                .All.Select(o => (o.Standing as ObjectStanding.Undone)?.Contest)
                .FirstOrDefault(c => c is not null)
            : null;
        return contest is null
            ? StandingPolicy.Remembered(s)
            : contest with
            {
                Manager = written.Owner ?? contest.Manager,
            };
    }
}
