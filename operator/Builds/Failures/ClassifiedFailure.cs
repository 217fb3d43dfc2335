using GemmaOperator.Api.Builds;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Failures;

/// <summary>A failed attempt, understood.</summary>
/// <param name="Reason">What kind of failure.</param>
/// <param name="Failure">For the status: message, container and end of the log.</param>
/// <param name="IsTransient">Whether trying again can help.</param>
internal sealed record ClassifiedFailure(FailureReason Reason, BuildFailure Failure, bool IsTransient)
{
    /// <summary>Bound on a message in UTF-8 bytes: an Event's note takes 1,024.</summary>
    public const int MaxMessageBytes = 1000;

    /// <summary>A build that was stopped on purpose.</summary>
    /// <param name="why">For example <c>spec.cancel is set</c>.</param>
    public static ClassifiedFailure Canceled(string why) => Of(FailureReason.Canceled, why);

    /// <param name="reason">What kind of failure.</param>
    /// <param name="detail">What was seen; a sentence without full stop.</param>
    /// <param name="container">Container that failed.</param>
    /// <param name="logTail">End of its log, already clean.</param>
    /// <param name="isTransient">Overrules the reason's own answer.</param>
    public static ClassifiedFailure Of(
        FailureReason reason,
        string detail,
        string? container = null,
        string? logTail = null,
        bool? isTransient = null
    ) =>
        new(
            reason,
            new BuildFailure
            {
                Reason = reason.Name,
                Message =
                    $"{Truncation.Head(MaskedLog.Clean(detail).ReplaceLineEndings(" ").TrimEnd('.', ' '), MaxMessageBytes - reason.Remedy.Length - 2)}. {reason.Remedy}",
                Container = container,
                LogTail = string.IsNullOrEmpty(logTail) ? null : logTail,
            },
            isTransient ?? reason.IsTransient
        );
}
