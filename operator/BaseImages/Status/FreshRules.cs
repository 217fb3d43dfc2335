using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Probes;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.Rules;

namespace GemmaOperator.BaseImages.Status;

/// <summary>
/// Decides whether the published image is as new as what it is made from, and served as far as it may be.
/// </summary>
internal static class FreshRules
{
    public static readonly IReadOnlyList<Rule<ConditionFacts, Finding>> All =
    [
        new("nothing is refreshed while suspended", Suspended),
        new("there is no image of the current spec", Overdue),
        new("the newest build failed", RefreshFailed),
        new("the API server refuses the build", BuildRefused),
        new("what a due refresh needs isn't there, or can't be used", RefreshWithheld),
        new("the weights have moved and can't be fetched", ModelFailed),
        new("a fresh image waits at a gate", RolloutPending),
        new("nobody knows what the base is now", BaseUnknown),
        new("the base has moved on", BaseMoved),
        new("a tick has come and its build hasn't", TickOverdue),
        new("the image is up to date", UpToDate),
    ];

    private static Finding? Suspended(ConditionFacts f) =>
        f.Seen.Spec.Suspend
            ? Finding.Unknown(ImageReason.Fresh.Suspended, "spec.suspend is true: nothing is refreshed")
            : null;

    private static Finding? Overdue(ConditionFacts f) =>
        f.Status.LatestImage is not { } image
            ? Finding.False(ImageReason.Fresh.BuildOverdue, $"No image has been published yet{Again(f)}")
        : f.IsCurrent ? null
        : Finding.False(
            ImageReason.Fresh.BuildOverdue,
            $"The published image {image.Reference} isn't of the current spec{Again(f)}"
        );

    private static Finding? RefreshFailed(ConditionFacts f) =>
        f.FailedBuild is { } failed && !WasTakenBack(f, failed)
            ? Finding.False(
                ImageReason.Fresh.RefreshFailed,
                $"Build {failed.BuildName} ({string.Join(", ", failed.Spec!.Reasons)}) failed: "
                    + $"{failed.Succeeded?.Reason}: {failed.Succeeded?.Message}{Again(f)}"
            )
            : null;

    /// <summary>Says when what failed is tried again.</summary>
    private static string Again(ConditionFacts f) =>
        f.Retry is { Failed.Status.Failure.ServerImage: null } retry ? $" {retry.Announcement}" : "";

    /// <summary>
    /// The published image is again what the spec asks for, and what failed was made of something else: a mistake that
    /// was taken back needs no build.
    /// </summary>
    private static bool WasTakenBack(ConditionFacts f, GemmaBuild failed) =>
        f.IsCurrent && f.Seen.Inputs is BuildRequest.Known && !f.Seen.IsOfPresentSpec(failed);

    /// <summary>A refresh that is refused leaves the image that serves as it is.</summary>
    private static Finding? BuildRefused(ConditionFacts f) =>
        (f.Outcome.BuildRefused ?? f.StalledBuildMessage) is { } refused
            ? Finding.False(ImageReason.Fresh.RefreshFailed, refused)
            : null;

    private static Finding? RefreshWithheld(ConditionFacts f) =>
        f.Decision is ImageDecision.Withhold { Hindrance: var why }
        && (why is Hindrance.Refusal || (why is Hindrance.Missing && f.Awaited is null))
            ? Finding.False(ImageReason.Fresh.RefreshFailed, $"A build is due and can't begin: {why.Message}")
            : null;

    private static Finding? ModelFailed(ConditionFacts f) =>
        f.ModelProblem is { } problem
            ? Finding.False(ImageReason.Fresh.RefreshFailed, $"{problem}. The weights before serve on.")
            : null;

    private static Finding? RolloutPending(ConditionFacts f) =>
        f.Rollout.ClosedGate is { } gate ? Finding.False(ImageReason.Fresh.RolloutPending, gate.Message) : null;

    /// <summary>
    /// One poll that a registry doesn't answer is nothing to tell of; a refusal, or silence over intervals, is.
    /// </summary>
    private static Finding? BaseUnknown(ConditionFacts f) =>
        f.Outcome.Base switch
        {
            UpstreamBaseResolution.Refused refused => Finding.Unknown(
                ImageReason.Fresh.BaseDigestUnknown,
                refused.Message
            ),
            UpstreamBaseResolution.Unavailable down when UpstreamBaseFreshness.IsStale(f.Seen) => Finding.Unknown(
                ImageReason.Fresh.BaseDigestUnknown,
                $"{down.Message}; last known at {f.Seen.KnownBase?.CheckedAt:yyyy-MM-dd HH:mm:ss} UTC"
            ),
            _ => null,
        };

    private static Finding? BaseMoved(ConditionFacts f) =>
        f.Seen.LatestGoodBuild?.Spec?.Resolved is { } made
        && f.Status.ResolvedBase is { } resolved
        && resolved.Reference == made.BaseReference
        && resolved.Digest != made.BaseDigest
            ? Finding.False(
                ImageReason.Fresh.BaseDigestChanged,
                $"{resolved.Reference} is now {resolved.Digest}, the image was built on {made.BaseDigest}"
            )
            : null;

    private static Finding? TickOverdue(ConditionFacts f) =>
        f is { Seen: { Schedule.DueTick: { } tick, RunningBuild: null }, Decision: not ImageDecision.AskPackages }
            ? Finding.False(
                ImageReason.Fresh.BuildOverdue,
                $"The build scheduled for {tick:yyyy-MM-dd HH:mm:ss} UTC hasn't started"
            )
            : null;

    /// <summary>Returns what the newest image last said, if that is that a build would bring nothing.</summary>
    private static PackagesAnswer? Empty(ConditionFacts f) =>
        f is { Seen.Spec.Triggers.Packages: not null, Status.Packages.Answer: { } answer }
        && answer is { Result.Value: PackagesResult.NothingToUpdate }
        && answer.Build == f.Seen.LatestGoodBuild?.BuildName
            ? answer
            : null;

    private static Finding UpToDate(ConditionFacts f) =>
        Finding.True(
            ImageReason.Fresh.UpToDate,
            $"Built by {f.Status.LatestImage!.Build}"
                + (
                    Empty(f) is { } empty ? $"; {PackagesCurrentRule.Nothing(empty)}"
                    : f.Status.Confirmed is { } confirmed
                        ? $"; build {confirmed.Build} found nothing changed at {confirmed.Time:yyyy-MM-dd HH:mm:ss} UTC"
                    : ""
                )
        );
}
