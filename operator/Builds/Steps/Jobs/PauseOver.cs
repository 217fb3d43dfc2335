using GemmaOperator.Api.Builds;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps.Jobs;

/// <summary>
/// Sits out a pause that was announced, after the failed Job has gone: what it failed of stands in the status.
/// </summary>
/// <param name="Step">What failed.</param>
/// <param name="At">When the next attempt starts (UTC).</param>
internal sealed record PauseOver(JobStep Step, DateTime At) : PassiveStep
{
    public override string Stage => Step.PauseStage;

    public override SlotUse Slot => SlotUse.None;

    protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, Nothing result) => status;

    protected override EventText? Tell(BuildSnapshot s, Nothing result) => null;

    protected override LookAgain NextLook(BuildSnapshot s, Nothing result) => LookAgain.At(At, s.Now);
}
