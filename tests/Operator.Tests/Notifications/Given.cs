using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Notifications;
using GemmaOperator.Notifications;

namespace Operator.Tests.Notifications;

/// <summary>Builders of receivers, and of what they are told.</summary>
internal static class Given
{
    public static NotificationSpec Receiver(
        string name = "hook",
        NotificationType type = NotificationType.Webhook,
        params NotificationEvent[] events
    ) =>
        new()
        {
            Name = name,
            Type = type,
            SecretRef = new ReceiverSecret { Name = name },
            Events = events.Length > 0 ? [.. events] : null,
        };

    public static GemmaBaseImage Image(params NotificationSpec[] receivers) =>
        A.BaseImage(s => s with { Notifications = receivers });

    public static PendingNotification Pending(string id = "1", params string[] awaits) =>
        new()
        {
            Id = id,
            Event = NotificationEvent.RolledBack,
            Time = A.Morning,
            Reason = "RolledBack",
            Message = "it answered nothing <!channel> & failed",
            Build = "gemma-b2",
            Image = A.Image(1).Reference,
            Changes = "1 upgraded",
            Awaits = awaits.Length > 0 ? awaits : ["hook"],
        };

    public static Told Told(NotificationSpec? receiver = null) => new("ml", "gemma", receiver ?? Receiver(), Pending());
}
