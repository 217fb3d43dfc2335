using GemmaOperator.Builds.Steps.Scan;

namespace GemmaOperator.BaseImages.Vulnerabilities;

/// <summary>
/// Says how far the scan of one image's list of packages is:
/// <code>
///   Resting ── interval over, or scanned otherwise now ──► Due ──► Running ──► Found, Failed
///      ▲                                                    │                      │
///      ╰────────────── it is noted; after a failure there is a pause, which grows ─╯
/// </code>
/// </summary>
internal abstract record ScanState
{
    private ScanState() { }

    /// <summary>Says that nothing is due before then (UTC; null while only a change counts).</summary>
    public sealed record Resting(DateTime? Until) : ScanState;

    /// <summary>Says that a Job is to be made, under that name.</summary>
    public sealed record Due(ScanTarget Target, string Job) : ScanState;

    /// <summary>
    /// Says that its Job is under way, what keeps its pod from starting (null while nothing is known to), and until
    /// when the pod of one that has ended is waited for (UTC; null before).
    /// </summary>
    public sealed record Running(ScanTarget Target, string? Trouble, DateTime? Until = null) : ScanState;

    /// <summary>Says that a Job has told something that isn't noted yet.</summary>
    public sealed record Found(ScanTarget Target, ScanResult.Found Result) : ScanState;

    /// <summary>Says that there will be no result.</summary>
    public sealed record Failed(ScanTarget Target, string Reason, string Message) : ScanState;
}
