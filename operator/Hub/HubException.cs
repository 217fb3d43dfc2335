using GemmaOperator.Runtime.Text;

namespace GemmaOperator.Hub;

/// <summary>Reports a question that a hub didn't answer; its one line holds nothing that the hub said.</summary>
internal sealed class HubException(HubError error, string message, Exception? inner = null)
    : Exception(VisibleText.Line(message), inner)
{
    public HubError Error { get; } = error;

    /// <summary>How long the hub asked to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
