namespace GemmaOperator.Runtime.Control;

/// <summary>How an attempt at a key ended.</summary>
internal enum AttemptOutcome
{
    Success,
    Failure,

    /// <summary>An exception that nobody expected.</summary>
    Panic,

    /// <summary>Took longer than allowed.</summary>
    TimedOut,

    /// <summary>Cut short because the process stops or no longer leads.</summary>
    Interrupted,
}
