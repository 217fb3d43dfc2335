using GemmaOperator.Api.Builds;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Failures;

/// <summary>Holds a failed attempt, understood.</summary>
/// <param name="Reason">What kind of failure.</param>
/// <param name="Failure">For the status: message, container and end of the log.</param>
/// <param name="IsTransient">Whether trying again can help.</param>
internal sealed record ClassifiedFailure(FailureReason Reason, BuildFailure Failure, bool IsTransient)
{
    /// <summary>Gets what was seen, without the advice; a sentence without full stop.</summary>
    public string Detail { get; private init; } = "";

    /// <summary>
    /// Gets whether somebody may end the cause without a change of the spec, whatever the reason usually means.
    /// </summary>
    public bool IsExternal { get; init; }

    /// <summary>Gets what trying again much later can do; null when it is nothing.</summary>
    public FailureKind? Kind =>
        // What nobody understands may pass, and may as well cost a build each time for ever: somebody should look.
        Reason == FailureReason.ExecutorFailed
            ? IsTransient
                ? FailureKind.External
                : null
            : IsTransient
                ? FailureKind.Transient
                : IsExternal || OutsideOfSpec.Contains(Reason)
                    ? FailureKind.External
                    : null;

    /// <summary>Lists reasons whose cause is mostly somewhere else than in the spec.</summary>
    private static readonly HashSet<FailureReason> OutsideOfSpec =
    [
        FailureReason.ExecutorImagePull,
        FailureReason.VolumeMountFailed,
        FailureReason.PodRefused,
        FailureReason.Unschedulable,
        FailureReason.PushFailed,
        FailureReason.AuthenticationFailed,
        FailureReason.EgressRefused,
        FailureReason.BaseImageNotFound,
        FailureReason.CertificateNotTrusted,
        FailureReason.ScannerUnavailable,
    ];

    /// <summary>Bounds a message in UTF-8 bytes: an Event's note takes 1,024.</summary>
    public const int MaxMessageBytes = 1000;

    /// <summary>Renders a failure: what was seen, then what to do.</summary>
    /// <param name="reason">What kind of failure.</param>
    /// <param name="detail">What was seen; a sentence without full stop.</param>
    /// <param name="container">Container that failed.</param>
    /// <param name="logTail">End of its log, already clean.</param>
    /// <param name="isTransient">Overrules the reason's own answer.</param>
    /// <param name="remedy">Overrules the reason's own advice; sentences.</param>
    public static ClassifiedFailure Of(
        FailureReason reason,
        string detail,
        string? container = null,
        string? logTail = null,
        bool? isTransient = null,
        string? remedy = null
    )
    {
        var advice = remedy ?? reason.Remedy;
        var seen = MaskedLog.Clean(detail).ReplaceLineEndings(" ").TrimEnd('.', ' ');
        return new ClassifiedFailure(
            reason,
            new BuildFailure
            {
                Reason = reason.Name,
                Message = $"{Truncation.Head(seen, MaxMessageBytes - advice.Length - 2)}. {advice}",
                Container = container,
                LogTail = string.IsNullOrEmpty(logTail) ? null : logTail,
            },
            isTransient ?? reason.IsTransient
        )
        {
            Detail = seen,
        };
    }
}
