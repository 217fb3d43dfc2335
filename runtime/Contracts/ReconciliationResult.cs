namespace GemmaOperator.Runtime.Contracts;

/// <summary>Says how one reconcile ended, and when to look again.</summary>
public sealed record ReconciliationResult<TEntity>
{
    private ReconciliationResult(TEntity entity, ReconciliationOutcome outcome) =>
        (Entity, Outcome) = (entity, outcome);

    /// <summary>Gets the entity that was reconciled.</summary>
    public TEntity Entity { get; }

    /// <summary>Gets how it ended.</summary>
    public ReconciliationOutcome Outcome { get; }

    /// <summary>Gets what went wrong, in words for the log; null after a success.</summary>
    public string? Message { get; private init; }

    /// <summary>Gets the exception behind a failure, if there was one.</summary>
    public Exception? Error { get; private init; }

    /// <summary>
    /// Gets when to reconcile again though nothing changed. Null: after a success only on a change or the resync; after
    /// a failure with exponential backoff.
    /// </summary>
    public TimeSpan? RequeueAfter { get; private init; }

    /// <summary>Gets whether it ended well.</summary>
    public bool IsSuccess => Outcome == ReconciliationOutcome.Success;

    /// <summary>
    /// Ends the work until something changes, or until <paramref name="requeueAfter"/> has passed; a time that has
    /// passed already means <see cref="Again"/>.
    /// </summary>
    public static ReconciliationResult<TEntity> Success(TEntity entity, TimeSpan? requeueAfter = null) =>
        new(entity, ReconciliationOutcome.Success) { RequeueAfter = requeueAfter };

    /// <summary>
    /// Reports a failure, which is retried for ever, with backoff unless <paramref name="requeueAfter"/> says when.
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

    /// <summary>
    /// Asks for the next pass at once: this one did a step that leads to another. The pass sees what this one wrote, as
    /// one that a watch event causes would, and a change that arrives meanwhile is dealt with in the same pass. It is
    /// no failure and starts no backoff. A key that asks too often in a row is slowed down, since a pass that always
    /// asks for another would else never end.
    /// </summary>
    public static ReconciliationResult<TEntity> Again(TEntity entity) => Success(entity, TimeSpan.Zero);
}
