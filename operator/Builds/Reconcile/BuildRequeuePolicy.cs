using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.Builds.Reconcile;

/// <summary>Decides when a reconcile of a GemmaBuild is followed by another though nothing changed.</summary>
internal static class BuildRequeuePolicy
{
    public static ReconciliationResult<GemmaBuild> For(BuildSnapshot s, BuildDecision decision, BuildOutcome outcome) =>
        (decision, outcome) switch
        {
            (_, BuildOutcome.Blocked { By: var taken }) => ReconciliationResult<GemmaBuild>.Success(
                s.Build,
                taken.LookAgainAfter
            ),
            (_, BuildOutcome.Unavailable down) => ReconciliationResult<GemmaBuild>.Failure(s.Build, down.Message),
            // The Job comes with the next news of the cache; this is for a cache that has none.
            (BuildDecision.SeekJob, not BuildOutcome.JobGone) => ReconciliationResult<GemmaBuild>.Success(
                s.Build,
                TimeSpan.FromSeconds(10)
            ),
            (BuildDecision.BackOff pause, _) => ReconciliationResult<GemmaBuild>.Success(
                s.Build,
                NotBefore(pause.At - s.Now)
            ),
            // Whose turn it is gets woken; this keeps the position in the status honest, less
            // often the longer the queue.
            (BuildDecision.Queue queue, _) => ReconciliationResult<GemmaBuild>.Success(
                s.Build,
                TimeSpan.FromSeconds(15 + queue.Position)
            ),
            (BuildDecision.AwaitScan { Until: { } until }, _) => ReconciliationResult<GemmaBuild>.Success(
                s.Build,
                NotBefore(until - s.Now)
            ),
            (BuildDecision.AwaitVerify { Until: { } until }, _) => ReconciliationResult<GemmaBuild>.Success(
                s.Build,
                NotBefore(until - s.Now)
            ),
            (BuildDecision.AwaitJob { Until: { } until }, _) => ReconciliationResult<GemmaBuild>.Success(
                s.Build,
                NotBefore(until - s.Now)
            ),
            _ => ReconciliationResult<GemmaBuild>.Success(s.Build),
        };

    /// <summary>
    /// Clocks are read in whole seconds in places: a look a moment early would find nothing due and spin.
    /// </summary>
    private static TimeSpan NotBefore(TimeSpan wait) => wait < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : wait;
}
