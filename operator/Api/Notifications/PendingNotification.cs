using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Notifications;

/// <summary>Holds what happened and isn't told to everybody yet; it is written with its change.</summary>
internal sealed record PendingNotification
{
    /// <summary>The same however often it is sent: by it receivers know what they were told already.</summary>
    public string Id { get; init; } = "";

    /// <summary>What happened.</summary>
    public WireEnum<NotificationEvent> Event { get; init; }

    /// <summary>When it was seen (UTC).</summary>
    public DateTime? Time { get; init; }

    /// <summary>Reason of the condition that it comes from.</summary>
    public string Reason { get; init; } = "";

    /// <summary>A sentence.</summary>
    public string Message { get; init; } = "";

    /// <summary>GemmaBuild that it is about; absent when it is about none.</summary>
    public string? Build { get; init; }

    /// <summary>Image with its digest; absent when it is about none.</summary>
    public string? Image { get; init; }

    /// <summary>Which packages moved, in a word; absent when nobody knows.</summary>
    public string? Changes { get; init; }

    /// <summary>Receivers that aren't told yet.</summary>
    public IReadOnlyList<string> Awaits { get; init; } = [];
}
