using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps.Proof;

/// <summary>Notes that the candidate has proved itself so far.</summary>
/// <param name="Found">What it has proved, all that was found before included.</param>
/// <param name="Job">A Job that has nothing more to say and goes; null when there is none.</param>
/// <param name="Fixed">Findings of what was published before that are gone; null where that isn't known.</param>
internal sealed record Accept(VerificationStatus Found, string? Job = null, FixedFindings? Fixed = null)
    : BuildStep<Nothing>
{
    public override string Stage => ImageReason.Reconciling.Verifying;

    public override SlotUse Slot => SlotUse.None;

    protected override Task<StepOutcome<Nothing>> CarryOutAsync(
        BuildSnapshot s,
        StepTools tools,
        CancellationToken cancellationToken
    ) => JobExecutor.DeleteAsync(s, tools, Job, cancellationToken);

    protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, Nothing result) =>
        (
            status with
            {
                Verification = Found,
                Contents =
                    Fixed is null || status.Contents is not { } contents
                        ? status.Contents
                        : contents with
                        {
                            Fixed = Fixed,
                        },
                Steps = status.Steps.End(Found.Scan is null ? StepLog.Verify : StepLog.Scan, "Succeeded", s.Now),
            }
        ).Advancing(s);

    protected override EventText? Tell(BuildSnapshot s, Nothing result) =>
        Found.Scan?.Error is { } unknown
            ? new EventText(true, ImageReason.Verified.ScannerUnavailable, "Verify", unknown)
            : new EventText(false, "Verified", "Verify", VerifiedText.Render(Found) + FixedText.Render(Fixed));

    protected override LookAgain NextLook(BuildSnapshot s, Nothing result) => new LookAgain.Now();
}
