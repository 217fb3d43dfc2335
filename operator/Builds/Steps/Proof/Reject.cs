using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps.Proof;

/// <summary>Ends a build whose candidate is no good: it keeps its unique tag and goes no further.</summary>
/// <param name="Failure">Why.</param>
/// <param name="Found">What it has proved; null: no more than before.</param>
/// <param name="Job">A Job that has nothing more to say and goes; null when there is none.</param>
internal sealed record Reject(ClassifiedFailure Failure, VerificationStatus? Found, string? Job = null)
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
        (status with { Verification = Found ?? status.Verification }).Failing(s, Failure);

    protected override EventText? Tell(BuildSnapshot s, Nothing result) => Failure.Tell("Verify");

    protected override LookAgain NextLook(BuildSnapshot s, Nothing result) => new LookAgain.OnChange();
}
