using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Channels;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.BaseImages.Routing;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>Decides when a reconcile of a GemmaBaseImage is followed by another though nothing changed.</summary>
internal static class ImageRequeuePolicy
{
    /// <summary>
    /// What isn't watched (a reference in a registry, somebody else's Deployment) may change: asked
    /// again, but not in a storm.
    /// </summary>
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan SoonAfterNews = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan AnswersSoon = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AnswersLater = TimeSpan.FromMinutes(1);

    /// <param name="s">What was observed.</param>
    /// <param name="decision">About freshness.</param>
    /// <param name="rollout">About the workload.</param>
    /// <param name="outcome">What carrying the two out led to.</param>
    /// <param name="after">The status as written.</param>
    public static ReconciliationResult<GemmaBaseImage> Decide(
        ImageSnapshot s,
        ImageDecision decision,
        RolloutDecision rollout,
        ImageOutcome outcome,
        GemmaBaseImageStatus after
    )
    {
        if (ImageMemory.Differs(s.Status, after))
        {
            return ReconciliationResult<GemmaBaseImage>.Again(s.Image);
        }

        var next = new[]
        {
            decision.NextLook,
            rollout.NextLook,
            PatienceEnds(s, after),
            ModelFreshness.Decide(s).NextLook,
            ChannelPolicy.Decide(s).NextLook,
            FetchPolicy.NextLook(s),
            SideJobPolicy.NextLook(s.Workload, s.Now),
            PatchedRule.NextLook(s),
            s.Pin?.Until,
            Answers(s, after),
            RoutingPolicy.NextLook(s, after),
        }.Min();
        if (outcome.Base is UpstreamBaseResolution.Unavailable down)
        {
            return Unanswered(s, down.Message, down.RetryAt, next);
        }

        if (outcome.Model is ModelResolution.Unavailable silent)
        {
            return Unanswered(s, silent.Message, silent.RetryAt, next);
        }

        if (outcome.BuildConflict is { } conflict)
        {
            return ReconciliationResult<GemmaBaseImage>.Failure(s.Image, conflict);
        }

        if (outcome.JobBlocked is { } taken)
        {
            return NotAfter(s, next, taken.LookAgainAfter);
        }

        if (outcome.IsRefused)
        {
            return NotAfter(s, next, RefusalPause.Of(after.Conditions, s.Image.Metadata.Uid, s.Now));
        }

        if (outcome.Model is ModelResolution.Refused)
        {
            return NotAfter(s, next, AfterRefusal);
        }

        if (outcome.WorkloadConflict is not null || outcome.Base is UpstreamBaseResolution.Refused)
        {
            return ReconciliationResult<GemmaBaseImage>.Success(s.Image, AfterRefusal);
        }

        return Earliest(next, ServedPodEventsPolicy.NextLook(s.Workload, s.Now)) is { } until
            ? At(s, until)
            : ReconciliationResult<GemmaBaseImage>.Success(s.Image);
    }

    /// <summary>A server that asks for an hour's pause holds up nothing that has to do with others.</summary>
    private static ReconciliationResult<GemmaBaseImage> Unanswered(
        ImageSnapshot s,
        string message,
        DateTime? retryAt,
        DateTime? next
    ) =>
        ReconciliationResult<GemmaBaseImage>.Failure(
            s.Image,
            message,
            requeueAfter: retryAt is { } retry ? NotBefore((next < retry ? next.Value : retry) - s.Now) : null
        );

    /// <summary>
    /// Nobody tells when a receiver has answered: it is looked for soon at first, since most answer at once.
    /// </summary>
    private static DateTime? Answers(ImageSnapshot s, GemmaBaseImageStatus after) =>
        after.Notifications?.Pending is not { Count: > 0 } pending ? null
        : pending.Any(n => n.Time > s.Now - SoonAfterNews) ? s.Now + AnswersSoon
        : s.Now + AnswersLater;

    /// <summary>Nothing else wakes an object when what it waits for has taken too long.</summary>
    private static DateTime? PatienceEnds(ImageSnapshot s, GemmaBaseImageStatus after) =>
        after.Missing is { Since: { } since } && since + Hindrance.Missing.Patience is var end && end > s.Now
            ? end
            : null;

    private static DateTime? Earliest(DateTime? a, DateTime? b) => new[] { a, b }.Min();

    private static ReconciliationResult<GemmaBaseImage> NotAfter(ImageSnapshot s, DateTime? wanted, TimeSpan latest) =>
        At(s, wanted is { } sooner && sooner < s.Now + latest ? sooner : s.Now + latest);

    private static ReconciliationResult<GemmaBaseImage> At(ImageSnapshot s, DateTime until) =>
        ReconciliationResult<GemmaBaseImage>.Success(s.Image, NotBefore(until - s.Now));

    /// <summary>
    /// Clocks are read in whole seconds in places: a look a moment early would find nothing due and spin.
    /// </summary>
    private static TimeSpan NotBefore(TimeSpan wait) => wait < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : wait;
}
