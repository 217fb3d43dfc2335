using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Workloads;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Comparison;
using k8s;
using k8s.Models;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>
/// Judges whether an object of the workload is to be written. The API server doesn't keep what it is asked for: webhooks
/// change it on its way, and others afterwards. What came of the last write is in the status, so that the one isn't
/// taken for the other.
/// </summary>
internal static class StandingPolicy
{
    /// <summary>A value that is undone that often is somebody's who means it.</summary>
    public const int Rounds = 3;

    /// <summary>Bounds the pauses between tries at a contested field, and the memory of a contest.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>Says how long what people are told of stands before it is asked for again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    public static ObjectStanding Judge<T>(ImageSnapshot s, T wanted, T? live)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (live is null)
        {
            return new ObjectStanding.Outdated(wanted.Kind);
        }

        var differences = Drift.All(wanted, live);
        if (differences.Count == 0)
        {
            return new ObjectStanding.AsAsked();
        }

        var written = s.Workload.Rewritten.FirstOrDefault(r =>
            r.Kind == wanted.Kind && r.Applied == wanted.LastApplied
        );
        if (written?.Standing == Difference.HashOf(differences))
        {
            return Rewritten(s, written, differences);
        }

        return live.LastApplied is { } last && last != wanted.LastApplied
            ? new ObjectStanding.Outdated(differences[0].Path)
            : Undone(s, wanted.Kind, written, differences);
    }

    /// <summary>
    /// Returns what is still remembered of a contest after a reconcile that found none: a writer may be slow.
    /// </summary>
    public static ContestedField? Remembered(ImageSnapshot s) =>
        s.Status.Rollout?.Contested is { } contest && s.Now - contest.Time < LongestPause + LongestPause
            ? contest
            : null;

    private static ObjectStanding.Rewritten Rewritten(
        ImageSnapshot s,
        RewrittenObject written,
        IReadOnlyList<Difference> differences
    )
    {
        var telling = differences.Where(d => !AdmissionPolicy.IsAsGood(d)).ToList();
        DateTime? retry = telling.Count == 0 ? null : (written.Time ?? s.Now) + Pause;
        return new ObjectStanding.Rewritten(telling, retry, retry <= s.Now);
    }

    private static ObjectStanding.Undone Undone(
        ImageSnapshot s,
        string kind,
        RewrittenObject? written,
        IReadOnlyList<Difference> differences
    )
    {
        var first =
            differences.FirstOrDefault(d => written?.Fields.Contains(d.Path, StringComparer.Ordinal) != true)
            ?? differences[0];
        var before =
            Remembered(s) is { } contest && (contest.Kind, contest.Field) == (kind, first.Path) ? contest : null;
        var now = Conditions.WholeSeconds(s.Now);
        var next = before is null
            ? new ContestedField
            {
                Kind = kind,
                Field = first.Path,
                Rounds = 1,
                Time = now,
            }
            : before with
            {
                Rounds = before.Rounds + 1,
                Time = now,
            };
        if (next.Rounds < Rounds)
        {
            return new ObjectStanding.Undone(first, next, RetryAt: null);
        }

        if (before!.Rounds < Rounds)
        {
            return new ObjectStanding.Undone(first, next, now + PauseAfter(next.Rounds));
        }

        var retry = before.Time!.Value + PauseAfter(before.Rounds);
        return s.Now >= retry
            ? new ObjectStanding.Undone(first, next, RetryAt: null)
            : new ObjectStanding.Undone(first, before, retry);
    }

    private static TimeSpan PauseAfter(int rounds)
    {
        var pause = Pause * Math.Pow(2, Math.Min(rounds - Rounds, 10));
        return pause < LongestPause ? pause : LongestPause;
    }
}
