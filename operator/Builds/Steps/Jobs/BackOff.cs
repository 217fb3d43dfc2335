using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps.Jobs;

/// <summary>Pauses after a failure that may pass.</summary>
/// <param name="Step">What failed.</param>
/// <param name="Attempt">The attempt that follows.</param>
/// <param name="At">When that attempt starts (UTC).</param>
/// <param name="Last">How the attempt before it failed.</param>
internal sealed record BackOff(JobStep Step, int Attempt, DateTime At, ClassifiedFailure Last) : PassiveStep
{
    public override string Stage => Step.PauseStage;

    public override BuildHold? HeldBy => BuildHold.BackingOff;

    public override SlotUse Slot => SlotUse.None;

    /// <summary>Notes in the ledger that the pause was announced, so that it is announced once.</summary>
    protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, Nothing result)
    {
        var run = StepRun.Read(s, Step);
        return new StepRun(Attempt - 1, run.Job ?? Step.JobName(s.Build, Attempt - 1), Uid: run.Uid)
            .Seen(s)
            .Announced(At)
            .Write(status, Step, s.Now)
            .Pausing(s, Step, Attempt, Last);
    }

    protected override EventText? Tell(BuildSnapshot s, Nothing result) =>
        StepRun.Read(s, Step).RetryAt is null ? PauseText.Tell(s, Step, Attempt, Last) : null;

    protected override LookAgain NextLook(BuildSnapshot s, Nothing result) => LookAgain.At(At, s.Now);
}
