using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Queue;

/// <summary>Waits, though it could start: as many builds run as may.</summary>
/// <param name="Position">Its place in the queue, from 1.</param>
/// <param name="Length">How many wait.</param>
/// <param name="Most">How many may run.</param>
internal sealed record WaitForSlot(int Position, int Length, int Most) : PassiveStep
{
    public override string Stage => ImageReason.Reconciling.Queued;

    public override SlotUse Slot => SlotUse.Take;

    /// <summary>Waiting is free: what a build takes and costs begins with its Job.</summary>
    protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, Nothing result) =>
        status.Progressing(
            s,
            Stage,
            $"Waits for a free slot, position {Position} of {Length}: the operator runs at most {Most} "
                + "builds at once (--max-builds)"
        ) with
        {
            StartTime = s.Status.StartTime,
        };

    protected override EventText? Tell(BuildSnapshot s, Nothing result) => null;

    /// <summary>
    /// Wakes late: whose turn it is gets woken, and this keeps the position in the status honest, less often the longer
    /// the queue.
    /// </summary>
    protected override LookAgain NextLook(BuildSnapshot s, Nothing result) =>
        new LookAgain.After(TimeSpan.FromSeconds(15 + Position));
}
