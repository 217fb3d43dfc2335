using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Queue;

/// <summary>Waits although it could start: as many builds run as are allowed.</summary>
/// <param name="Position">Its place in the queue, from 1.</param>
/// <param name="Length">How many wait.</param>
/// <param name="Most">How many may run.</param>
/// <param name="MostOfOne">How many of its namespace may, where that is what it waits for; null otherwise.</param>
internal sealed record WaitForSlot(int Position, int Length, int Most, int? MostOfOne = null) : PassiveStep
{
    public override string Stage => ImageReason.Reconciling.Queued;

    public override SlotUse Slot => SlotUse.Take;

    /// <summary>
    /// Reports the wait, without a start time: waiting is free, since a build's time and costs begin with its Job.
    /// </summary>
    protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, Nothing result) =>
        status.Progressing(
            s,
            Stage,
            $"Waits for a free slot, position {Position} of {Length}: the operator runs at most "
                + (
                    MostOfOne is { } own
                        ? $"{own} builds of one namespace at once (--max-builds-per-namespace)"
                        : $"{Most} builds at once (--max-builds)"
                )
        ) with
        {
            StartTime = s.Status.StartTime,
        };

    protected override EventText? Tell(BuildSnapshot s, Nothing result) => null;

    /// <summary>
    /// Looks again late: a build whose turn it is gets woken. This only keeps the position in the status correct, less
    /// often the longer the queue is.
    /// </summary>
    protected override LookAgain NextLook(BuildSnapshot s, Nothing result) =>
        new LookAgain.After(TimeSpan.FromSeconds(15 + Position));
}
