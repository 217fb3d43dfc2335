namespace GemmaOperator.Runtime.Contracts;

/// <summary>How one reconcile ended, and when to look again.</summary>
internal sealed record ReconciliationResult<TEntity>
{
    private ReconciliationResult(TEntity entity, ReconciliationOutcome outcome) =>
        (Entity, Outcome) = (entity, outcome);

    public TEntity Entity { get; }

    public ReconciliationOutcome Outcome { get; }

    /// <summary>What went wrong, in words for the log; null after a success.</summary>
    public string? Message { get; private init; }

    public Exception? Error { get; private init; }

    /// <summary>
    /// When to reconcile again though nothing changed. Null: after a success only on a change or the resync; after a
    /// failure with exponential backoff.
    /// </summary>
    public TimeSpan? RequeueAfter { get; private init; }

    public bool IsSuccess => Outcome == ReconciliationOutcome.Success;

    /// <summary>
    /// Nothing more to do until something changes, or until <paramref name="requeueAfter"/> has passed.
    /// </summary>
    public static ReconciliationResult<TEntity> Success(TEntity entity, TimeSpan? requeueAfter = null) =>
        new(entity, ReconciliationOutcome.Success) { RequeueAfter = requeueAfter };

    /// <summary>
    /// Tried and failed: retried for ever, with backoff unless <paramref name="requeueAfter"/> says when.
    /// </summary>
    public static ReconciliationResult<TEntity> Failure(
        TEntity entity,
        string message,
        Exception? error = null,
        TimeSpan? requeueAfter = null
    ) =>
        new(entity, ReconciliationOutcome.Failure)
        {
            Message = message,
            Error = error,
            RequeueAfter = requeueAfter,
        };

    /// <summary>Only a change by someone can help: not retried.</summary>
    public static ReconciliationResult<TEntity> Terminal(TEntity entity, string message) =>
        new(entity, ReconciliationOutcome.Terminal) { Message = message };
}
