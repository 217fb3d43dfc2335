using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps.Jobs;

/// <summary>Waits for a Job that runs.</summary>
/// <param name="Step">The step whose Job it is.</param>
/// <param name="Job">Its name.</param>
/// <param name="Message">What it does, or what holds it up.</param>
/// <param name="Until">When to look again (UTC), if nothing changes before; null when a change will come.</param>
/// <param name="Attempt">Which attempt it is, from 1.</param>
/// <param name="IsPending">Whether something keeps its pod from starting.</param>
internal sealed record AwaitJob(
    JobStep Step,
    string Job,
    string Message,
    DateTime? Until,
    int Attempt = 1,
    bool IsPending = false
) : PassiveStep
{
    public override string Stage => IsPending ? Step.PendingStage : Step.Stage;

    public override BuildHold? HeldBy => IsPending ? BuildHold.PodPending : null;

    public override SlotUse Slot => Step.Slot;

    /// <summary>
    /// Notes the attempt, also where an operator that was stopped between creating the Job and writing the status
    /// didn't.
    /// </summary>
    protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, Nothing result)
    {
        var run = StepRun.Read(s, Step);
        return (run.Job is null || run.Attempts < Attempt ? new StepRun(Attempt, Job) : run)
            .Seen(s)
            .Write(status, Step, s.Now)
            .Progressing(s, Stage, Message, HeldBy);
    }

    protected override EventText? Tell(BuildSnapshot s, Nothing result) => null;

    protected override LookAgain NextLook(BuildSnapshot s, Nothing result) => LookAgain.At(Until, s.Now);
}
