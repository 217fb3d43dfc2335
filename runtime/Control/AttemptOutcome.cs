namespace GemmaOperator.Runtime.Control;

/// <summary>Says how an attempt at a key ended.</summary>
internal enum AttemptOutcome
{
    Success,
    Failure,

    /// <summary>Threw an exception that nobody expected.</summary>
    Panic,

    /// <summary>Took longer than allowed.</summary>
    TimedOut,

    /// <summary>Was cut short because the process stops or no longer leads.</summary>
    Interrupted,
}
