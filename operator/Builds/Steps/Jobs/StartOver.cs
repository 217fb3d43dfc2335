using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps.Jobs;

/// <summary>Deletes a Job that has come to nothing, so that the next attempt can start.</summary>
/// <param name="Step">What failed.</param>
/// <param name="Job">The Job's name.</param>
/// <param name="Next">The attempt that follows.</param>
/// <param name="Last">How this one failed.</param>
internal sealed record StartOver(JobStep Step, string Job, int Next, ClassifiedFailure Last) : BuildStep<Nothing>
{
    public override string Stage => Step.PauseStage;

    public override BuildHold? HeldBy => BuildHold.BackingOff;

    public override SlotUse Slot => SlotUse.None;

    protected override Task<StepOutcome<Nothing>> CarryOutAsync(
        BuildSnapshot s,
        StepTools tools,
        CancellationToken cancellationToken
    ) => JobExecutor.DeleteAsync(s, tools, Job, cancellationToken);

    protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, Nothing result) =>
        StepRun.Read(s, Step).Over(Next).Write(status, Step, s.Now).Pausing(s, Step, Next, Last);

    /// <summary>Renders the event; null when a pause before this step announced it already.</summary>
    protected override EventText? Tell(BuildSnapshot s, Nothing result) =>
        StepRun.Read(s, Step).RetryAt is null ? PauseText.Tell(s, Step, Next, Last) : null;

    protected override LookAgain NextLook(BuildSnapshot s, Nothing result) => new LookAgain.Now();
}
