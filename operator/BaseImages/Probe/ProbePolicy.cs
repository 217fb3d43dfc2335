using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Probes;
using GemmaOperator.Api.Updates;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.References;
using k8s.Models;

namespace GemmaOperator.BaseImages.Probe;

/// <summary>
/// Decides when the published image is asked which packages a build would bring, and what an answer makes due. An
/// answer is hearsay: an empty one saves a build, and never more than until <c>maxAge</c>.
/// </summary>
internal static class ProbePolicy
{
    /// <summary>Says how long an answer is waited for, its turn and its pod's start included.</summary>
    public static readonly TimeSpan Patience = ProbeJob.Deadline + TimeSpan.FromMinutes(5);

    /// <summary>
    /// Decides to ask before a tick's build; null when that is due without asking, or has been asked about.
    /// </summary>
    /// <param name="s">All facts.</param>
    /// <param name="tick">The tick (UTC), due for no other reason.</param>
    /// <param name="baseNow">What a build would be made on.</param>
    public static ProbeStep? ForTick(ImageSnapshot s, DateTime tick, ImageDigest baseNow) =>
        s.Spec.Triggers.Packages is { Schedule.Value: ScheduledBuild.Ask } trigger
        && ProbeSubject.Find(s) is { } subject
        && subject.Build.Spec!.Resolved.BaseDigest == baseNow.ToString()
        && (subject.Build.Status!.CompletionTime ?? s.Now) + trigger.MaxAge.Span > s.Now
        && !(
            s.Status.Packages?.Answer is { } answer
            && answer.Build == subject.Build.Metadata.Name
            && answer.Tick == tick
        )
            ? ProbeRun.Follow(s, ProbeQuestion.ForTick(s, subject, tick))
            : null;

    /// <summary>Decides to ask between ticks; null when it isn't time.</summary>
    public static ProbeStep? BetweenTicks(ImageSnapshot s)
    {
        if (ProbeSubject.Find(s) is not { } subject || NextAsk(s) is not { } next)
        {
            return null;
        }

        var question = ProbeQuestion.BetweenTicks(s, subject);
        return next <= s.Now || ProbeRun.IsOf(s, question) ? ProbeRun.Follow(s, question) : null;
    }

    /// <summary>Returns when it is asked between ticks (UTC); null when it isn't.</summary>
    public static DateTime? NextAsk(ImageSnapshot s) =>
        ProbeSubject.Find(s) is { } subject ? NextAsk(s, subject) : null;

    /// <summary>Returns when that image is asked between ticks (UTC); null when it isn't.</summary>
    public static DateTime? NextAsk(ImageSnapshot s, ProbeSubject subject) =>
        s.Spec.Triggers.Packages is { } trigger
            ? (new[] { AnswerOf(s, subject)?.Time, subject.Build.Status!.CompletionTime }.Max() ?? s.Now)
                + trigger.Interval.Span
            : null;

    /// <summary>
    /// Returns the answer that makes a build due; null when none does. One that a build was made for already, and that
    /// the image still gives, waits for the schedule: this base doesn't get what its repositories have. After a patch
    /// everything is built once: what holds a package back in the image may not do so above the base.
    /// </summary>
    public static PackagesAnswer? Due(ImageSnapshot s)
    {
        if (
            s.Spec.Triggers.Packages is not { } trigger
            || ProbeSubject.Find(s) is not { } subject
            || AnswerOf(s, subject) is not { Result.Value: PackagesResult.UpdatesAvailable } answer
        )
        {
            return null;
        }

        if (answer.Tick is { } tick)
        {
            return s.Schedule?.DueTick == tick && trigger.Schedule.Value == ScheduledBuild.Ask ? answer : null;
        }

        return
            trigger.Policy.Value is SystemUpdatePolicy.All or SystemUpdatePolicy.Security
            && answer.Policy == ProbeQuestion.BetweenTicks(s, subject).Policy
            && s.Builds.All(build =>
                build.PackagesFingerprint != answer.Fingerprint || build is { IsPatch: true, HasSucceeded: true }
            )
            ? answer
            : null;
    }

    /// <summary>Returns the answer about the newest image; null when that wasn't asked yet.</summary>
    public static PackagesAnswer? AnswerOf(ImageSnapshot s, ProbeSubject subject) =>
        s.Status.Packages?.Answer is { } answer && answer.Build == subject.Build.Metadata.Name ? answer : null;

    /// <summary>
    /// Tells whether the question that the status tells of still matters: its Job is ended when it doesn't.
    /// </summary>
    public static bool IsWanted(ImageSnapshot s) =>
        s is { Spec: { Suspend: false, Triggers.Packages: not null }, RunningBuild: null, OpenRequestedAt: null }
        && s.Image.Metadata.DeletionTimestamp is null
        && s.Status.Packages?.Asking is { } asking
        && ProbeSubject.Find(s) is { } subject
        && (
            asking.Tick is { } tick
                ? s.Schedule?.DueTick == tick && ProbeRun.IsOf(s, ProbeQuestion.ForTick(s, subject, tick))
                : ProbeRun.IsOf(s, ProbeQuestion.BetweenTicks(s, subject))
        );

    /// <summary>Returns the Jobs that run for no question any more.</summary>
    public static IReadOnlyList<V1Job> Ended(ImageSnapshot s)
    {
        var wanted = IsWanted(s) ? s.Status.Packages!.Asking!.Job : null;
        return
        [
            .. ProbeRun
                .JobsOf(s)
                .Where(j =>
                    !j.IsFinished
                    && j.Metadata.DeletionTimestamp is null
                    && j.Metadata.Name != wanted
                    && !ProbeRun.EndsByItself(s, j)
                ),
        ];
    }
}
