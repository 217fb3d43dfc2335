using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Updates;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Steps.Verify;

/// <summary>
/// Judges what a candidate says of the updates of its operating system: that they were brought, or why not, and that
/// what belongs to CUDA and PyTorch is what it was. It is the candidate's own word, and proves what went wrong by
/// mistake, not what a package hides.
/// </summary>
internal static class UpdatesProof
{
    /// <summary>Tells what is wrong.</summary>
    /// <param name="verification">What the candidate must prove.</param>
    /// <param name="report">What it says.</param>
    /// <param name="published">Which updates what is published has above the same base; null for none.</param>
    /// <param name="reject">Takes what rejects it.</param>
    /// <param name="warn">Takes what doesn't.</param>
    public static void Judge(
        VerificationTemplate verification,
        VerifyReport report,
        SystemUpdatePolicy? published,
        Action<FailureReason, string> reject,
        Action<string> warn
    )
    {
        if (verification.SystemUpdates is null)
        {
            return;
        }

        if (report.Updates is not { Error: null, Result: { } result } said)
        {
            reject(
                FailureReason.PullTestFailed,
                $"the note of its updates can't be read: {report.Updates?.Error ?? "the report has none"}"
            );
            return;
        }

        if (said.MovedCount > 0)
        {
            var shown = said.Moved.Select(p =>
                p.Found.Length > 0
                    ? $"{Quoted.Of(p.Name)} was {Quoted.Of(p.Held)} and is {Quoted.Of(p.Found)}"
                    : $"{Quoted.Of(p.Name)} was {Quoted.Of(p.Held)} and is gone"
            );
            reject(
                FailureReason.HeldPackagesMoved,
                string.Join(", ", shown)
                    + (said.MovedCount > said.Moved.Count ? $", and {said.MovedCount - said.Moved.Count} more" : "")
            );
        }

        if (Lack(said, result) is not { } lack)
        {
            return;
        }

        // A mirror that is away for an hour must not take back what the image before was given. Who asks for other
        // updates than those, and gets none, has changed what is asked.
        if (
            published is { } before
            && (result == SystemUpdatesResult.Unavailable || before == verification.SystemUpdates)
        )
        {
            reject(FailureReason.SystemUpdatesMissing, lack);
        }
        else
        {
            warn(lack);
        }
    }

    /// <summary>Says why there are no updates; null when there are.</summary>
    private static string? Lack(UpdatesReport said, SystemUpdatesResult result) =>
        result switch
        {
            SystemUpdatesResult.Unavailable => $"system updates: Unavailable: {said.Said}",
            SystemUpdatesResult.Unsupported when said.Manager.Length == 0 =>
                "system updates: Unsupported: no package manager is known in the base",
            SystemUpdatesResult.Unsupported => $"system updates: Unsupported: by the base's {said.Manager}",
            _ => null,
        };

    /// <summary>
    /// Returns what stands in the status of a build; null where nothing was to be updated, or is known.
    /// </summary>
    public static SystemUpdatesStatus? StatusOf(VerificationTemplate verification, VerifyReport report) =>
        verification.SystemUpdates is { } policy && report.Updates is { Error: null, Result: { } result } said
            ? new SystemUpdatesStatus
            {
                Policy = policy.Text,
                Result = result.ToString(),
                PackageManager = said.Manager,
                Changed = said.Changed,
                Held = said.Held,
                Message = result == SystemUpdatesResult.Unavailable && said.Said.Length > 0 ? said.Said : null,
            }
            : null;
}
