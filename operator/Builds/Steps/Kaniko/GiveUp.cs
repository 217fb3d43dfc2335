using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Ends a build whose base image can't be made.</summary>
/// <param name="Failure">Why.</param>
/// <param name="Job">A Job that hasn't ended and goes; null when there is none.</param>
internal sealed record GiveUp(ClassifiedFailure Failure, string? Job = null) : BuildStep<Nothing>
{
    public override string Stage => ImageReason.Reconciling.Building;

    public override SlotUse Slot => SlotUse.None;

    protected override Task<StepOutcome<Nothing>> CarryOutAsync(
        BuildSnapshot s,
        StepTools tools,
        CancellationToken cancellationToken
    ) => JobExecutor.DeleteAsync(s, tools, Job, cancellationToken);

    protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, Nothing result) =>
        status.Failing(s, Failure);

    protected override EventText? Tell(BuildSnapshot s, Nothing result) => Failure.Tell("Build");

    protected override LookAgain NextLook(BuildSnapshot s, Nothing result) => new LookAgain.OnChange();
}
