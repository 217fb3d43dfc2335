using GemmaOperator.Api.Notifications;

namespace GemmaOperator.Notifications;

/// <summary>Holds one thing that happened.</summary>
/// <param name="Event">What.</param>
/// <param name="Reason">Reason of the condition that it comes from.</param>
/// <param name="Message">A sentence.</param>
internal sealed record News(NotificationEvent Event, string Reason, string Message)
{
    /// <summary>Gets the GemmaBuild that it is about; null when it is about none.</summary>
    public string? Build { get; init; }

    /// <summary>Gets the image with its digest; null when it is about none.</summary>
    public string? Image { get; init; }

    /// <summary>Gets which packages moved, in a word; null when nobody knows.</summary>
    public string? Changes { get; init; }
}
