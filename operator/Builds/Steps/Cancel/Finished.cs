using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps.Cancel;

/// <summary>Leaves alone what has ended, well or badly, or goes away.</summary>
internal sealed record Finished : PassiveStep
{
    public override string Stage => ImageReason.BuildSucceeded.Completed;

    public override SlotUse Slot => SlotUse.None;

    public static BuildStep? Decide(BuildSnapshot s) =>
        s.Build.IsFinished || s.Build.Metadata.DeletionTimestamp is not null ? new Finished() : null;

    protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, Nothing result) => s.Status;

    protected override EventText? Tell(BuildSnapshot s, Nothing result) => null;

    protected override LookAgain NextLook(BuildSnapshot s, Nothing result) => new LookAgain.OnChange();
}
