using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps.Promote;

/// <summary>Waits until alias tags that couldn't move are tried again.</summary>
/// <param name="Until">When they are (UTC).</param>
internal sealed record AwaitAliasTags(DateTime Until) : PassiveStep
{
    public override string Stage => ImageReason.BuildSucceeded.Completed;

    public override SlotUse Slot => SlotUse.None;

    protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, Nothing result) => s.Status;

    protected override EventText? Tell(BuildSnapshot s, Nothing result) => null;

    protected override LookAgain NextLook(BuildSnapshot s, Nothing result) => LookAgain.At(Until, s.Now);
}
