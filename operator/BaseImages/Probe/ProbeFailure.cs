namespace GemmaOperator.BaseImages.Probe;

/// <summary>Names why an image gave no answer; the first are the program's own words.</summary>
internal enum ProbeFailure
{
    NoApt,
    AptBroken,
    MirrorUnreachable,
    NoSource,
    AptFailed,
    NoPip,
    PipTooOld,
    PipFailed,
    NoCooldownPip,
    IndexLacksDates,
    BaseUnknown,
    TimedOut,
    ProgramFailed,

    /// <summary>What it wrote is no report, or one of another image.</summary>
    Unreadable,

    /// <summary>Its pod isn't what its Job asks for.</summary>
    NotOurs,

    /// <summary>Its pod ended without a report.</summary>
    Interrupted,

    /// <summary>Its pod doesn't start.</summary>
    NotStarted,

    /// <summary>It takes too long.</summary>
    NoAnswer,

    /// <summary>The API server takes no Job.</summary>
    Refused,
}
