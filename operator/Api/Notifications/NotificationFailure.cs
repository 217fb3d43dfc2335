namespace GemmaOperator.Api.Notifications;

/// <summary>Says why a receiver wasn't told.</summary>
internal sealed record NotificationFailure
{
    /// <summary>Name of the receiver.</summary>
    public string Name { get; init; } = "";

    /// <summary>Reason of the Notified condition.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What was wrong, and what would be right.</summary>
    public string Message { get; init; } = "";
}
