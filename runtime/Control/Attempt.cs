using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.Runtime.Control;

/// <summary>Says what one attempt at a key led to, in terms of the queue.</summary>
/// <param name="Outcome">For metrics and logs.</param>
/// <param name="RequeueAfter">When to come back; null: see the outcome.</param>
/// <param name="Message">What went wrong.</param>
/// <param name="Error">The exception, when there was one.</param>
internal sealed record Attempt(
    AttemptOutcome Outcome,
    TimeSpan? RequeueAfter = null,
    string? Message = null,
    Exception? Error = null
)
{
    /// <summary>Gets whether the next pass is to follow at once.</summary>
    public bool AsksForMore => Outcome == AttemptOutcome.Success && RequeueAfter <= TimeSpan.Zero;

    public static Attempt Of<TEntity>(ReconciliationResult<TEntity>? result) =>
        result switch
        {
            null => new(AttemptOutcome.Success),
            { Outcome: ReconciliationOutcome.Success } => new(AttemptOutcome.Success, result.RequeueAfter),
            _ => new(
                AttemptOutcome.Failure,
                result.RequeueAfter ?? (result.Error as KubeApiException)?.RetryAfter,
                result.Message,
                result.Error
            ),
        };
}
