namespace GemmaOperator.Notifications;

/// <summary>Says what came of telling one receiver of one thing.</summary>
/// <param name="Id">Of the notification.</param>
/// <param name="Receiver">Name of the receiver.</param>
/// <param name="Kind">What came of it.</param>
/// <param name="Reason">Reason of the Notified condition; empty when it was delivered.</param>
/// <param name="Message">What was wrong, and what would be right; empty when it was delivered.</param>
internal sealed record Delivery(string Id, string Receiver, DeliveryKind Kind, string Reason = "", string Message = "")
{
    /// <summary>Gets how long the receiver asks to be left alone; null when it doesn't.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
