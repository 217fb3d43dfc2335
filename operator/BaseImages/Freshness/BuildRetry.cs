using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Builds.Failures;

namespace GemmaOperator.BaseImages.Freshness;

/// <summary>
/// Says that a failed build is tried again for the same input, for as long as it is due: what may pass by itself, and
/// what somebody may mend outside of the spec. Slowly, unless something is seen to have changed.
/// </summary>
/// <param name="Failed">The build that failed.</param>
/// <param name="At">When the next one starts (UTC).</param>
/// <param name="IsByItself">Whether the cause may pass by itself, so that nobody has to act.</param>
internal sealed record BuildRetry(GemmaBuild Failed, DateTime At, bool IsByItself)
{
    private const int QuickRetries = 3;

    /// <summary>Finds what is to be tried again, now or later; returns null when nothing is.</summary>
    public static BuildRetry? Find(ImageSnapshot s)
    {
        if (
            s.Inputs is not BuildRequest.Known inputs
            || s.LatestAttempt
                is not { HasFailed: true, Status: { Failure: { } failure, CompletionTime: { } ended } status } failed
            || (failure.Kind?.Value is null && !failed.IsFailedPatch)
            || !s.IsOfPresentSpec(failed)
            || !IsStillDue(s, failed)
        )
        {
            return null;
        }

        // A time from the future is taken as now: a clock was wrong.
        var since = ended < s.Now ? ended : s.Now;
        // Who was rejected isn't told to wait: somebody should look at what rejects.
        var isByItself = failed.IsFailedPatch || (failure.Kind?.Value == FailureKind.Transient && !failed.IsRejected);
        var isMended =
            // What takes its place builds everything.
            failed.IsFailedPatch
            || !inputs.IsAttemptedBy(failed)
            || status.CredentialsVersion != s.CredentialsVersion
            // Whether it is another server image is asked when all else is known.
            || failure.ServerImage is not null;
        return new BuildRetry(failed, isMended ? since : since + Pause(s, failed, isByItself), isByItself);
    }

    /// <summary>Says when, for people: the end of a sentence about the failure.</summary>
    public string Announcement =>
        Failed.IsFailedPatch
            ? $"Instead of the patch, everything is built, at {At:yyyy-MM-dd HH:mm:ss} UTC."
            : $"It is tried again at {At:yyyy-MM-dd HH:mm:ss} UTC, and at once when the spec or a Secret that it names "
                + "changes.";

    /// <summary>
    /// Each build after one that lacked updates makes all layers anew: a mirror that isn't back after three of them may
    /// be gone for good, and is tried once a day.
    /// </summary>
    private static TimeSpan Pause(ImageSnapshot s, GemmaBuild failed, bool isByItself) =>
        failed is { LacksUpdates: true, Retry: >= QuickRetries }
            ? TimeSpan.FromDays(1)
            : SlowRetry.After(failed.Retry, s.Image.Metadata.Uid ?? "", isByItself);

    /// <summary>A tag that went back to what the good image stands on has taken its reason along.</summary>
    private static bool IsStillDue(ImageSnapshot s, GemmaBuild failed) =>
        !failed.Spec!.Reasons.All(r => r.Value == BuildReason.BaseDigestChange)
        || s.KnownBase is not { } known
        || s.LatestGoodBuild?.Spec!.Resolved.BaseDigest != known.Digest.ToString();
}
