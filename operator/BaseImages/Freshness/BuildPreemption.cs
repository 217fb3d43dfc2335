using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Vulnerabilities;
using GemmaOperator.Builds.Steps;

namespace GemmaOperator.BaseImages.Freshness;

/// <summary>
/// Decides whether a running build gives way to a newer spec (is preempted). It does when nobody wants its result any
/// more, so that nobody waits hours for it, and where it waits for a person and another is asked for. The build that
/// takes its place may run to its end: otherwise somebody who edits all day would never get an image.
/// </summary>
internal static class BuildPreemption
{
    /// <summary>
    /// Says how long the next build waits after one has given way, whatever it is for: edits come in bursts, and all
    /// edits of one burst go into one build.
    /// </summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>Decides to stop the running build; returns null when it stays.</summary>
    public static ImageDecision.Supersede? Decide(ImageSnapshot s) =>
        Outdated(s) is { } build && ProtectedUntil(s, build) is null ? new ImageDecision.Supersede(build) : null;

    /// <summary>
    /// Returns when an outdated build that is left to run for now may be stopped after all (UTC); null when there is no
    /// such build.
    /// </summary>
    public static DateTime? NextLook(ImageSnapshot s) => Outdated(s) is { } build ? ProtectedUntil(s, build) : null;

    /// <summary>
    /// Returns the time (UTC) before which no build takes the place of one that gave way; null when none gave way.
    /// </summary>
    public static DateTime? PauseUntil(ImageSnapshot s) =>
        s.LatestBuild is { IsSuperseded: true, Status.CompletionTime: { } stopped } ? stopped + Pause : null;

    private static GemmaBuild? Outdated(ImageSnapshot s) =>
        s
            is {
                RunningBuild: { IsCancelRequested: false, Metadata.DeletionTimestamp: null } build,
                Inputs: BuildRequest.Known inputs,
                Spec.Suspend: false
            }
        && (IsOutdated(s, build, inputs) || IsWaitedFor(s, build))
            ? build
            : null;

    /// <summary>
    /// Decides whether somebody, or a fix, asks for a build while one waits for approval: that may take days, and the
    /// next one may need none. A fix that was known when it began is one that it was made for. Ticks change nothing:
    /// who looks at what waits would find another each time.
    /// </summary>
    private static bool IsWaitedFor(ImageSnapshot s, GemmaBuild build) =>
        build.Status?.HeldBy?.Value == BuildHold.AwaitingApproval
        && PackageApproval.Of(s.Image, build) is { IsGiven: false }
        && (s.OpenRequestedAt is not null || FixPolicy.Due(s).Any(finding => finding.LastBuild >= build.Number));

    private static bool IsOutdated(ImageSnapshot s, GemmaBuild build, BuildRequest.Known inputs)
    {
        var made = build.Spec!.Resolved;
        var differs =
            made.InputsHash != inputs.InputsHash
            // A base image that is still wanted is finished first: the next build makes the rest on it.
            || (!inputs.IsPublishedBy(build) && (build.ReusesBase || build.Status?.Candidate is not null))
            // A change in how it is built is a reason to stop a build that is held up, but not one that runs.
            || (!inputs.IsAttemptedBy(build) && IsHeldUp(build));
        return differs
            && InputChanges.Reasons(s.Spec.Triggers, build, inputs, InputChanges.Between(build, inputs)).Count > 0;
    }

    private static DateTime? ProtectedUntil(ImageSnapshot s, GemmaBuild build)
    {
        if (build.TakesPlaceOf is null || IsHeldUp(build))
        {
            return null;
        }

        // A build that waits in the queue would lose its place there.
        var until = (build.Status?.StartTime ?? s.Now) + build.Spec!.Template.Build.Timeout.Span;
        return until > s.Now ? until : null;
    }

    /// <summary>
    /// A status of a release that didn't record it counts as not held up: the build's next reconcile, right after the
    /// operator starts, writes it. Nor does a word of a newer release count.
    /// </summary>
    private static bool IsHeldUp(GemmaBuild build) => build.Status?.HeldBy?.Value is not null;
}
