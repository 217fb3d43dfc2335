using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Notifications;
using GemmaOperator.Api.Validation.Notifications;

namespace GemmaOperator.Notifications;

/// <summary>Holds one thing that one receiver is told.</summary>
/// <param name="Namespace">Of the GemmaBaseImage.</param>
/// <param name="Name">Of the GemmaBaseImage.</param>
/// <param name="Receiver">Who is told.</param>
/// <param name="What">What.</param>
internal sealed record Told(string Namespace, string Name, NotificationSpec Receiver, PendingNotification What)
{
    /// <summary>Returns all that is still to be told of an object, oldest first.</summary>
    public static IEnumerable<Told> Of(GemmaBaseImage image, NotificationsStatus? status) =>
        from what in status?.Pending ?? []
        from name in what.Awaits.Distinct(StringComparer.Ordinal)
        let receiver = image.Spec?.Notifications?.FirstOrDefault(r => r?.Name == name)
        where NotificationRules.IsUsable(receiver)
        select new Told(image.Metadata.NamespaceProperty, image.Metadata.Name, receiver, what);
}
