using System.Globalization;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Notifications;
using GemmaOperator.Api.Validation.Notifications;
using GemmaOperator.Runtime.Text;
using GemmaOperator.Text;

namespace GemmaOperator.Notifications;

/// <summary>
/// Decides what is noted in a status as still to be told, and what is taken off. It is written together with the change
/// that it tells of, so that a process that ends in between loses nothing.
/// </summary>
internal static class Outbox
{
    /// <summary>What a receiver couldn't be told for so long is given up: it isn't news any more.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    /// <summary>Bounds a sentence, in characters.</summary>
    private const int LongestMessage = 1024;

    private const int LongestReason = 64;
    private const int LongestImage = 1024;
    private const int LongestChanges = 256;

    /// <summary>Returns what is left after the receivers' answers, and after those that were asked in vain.</summary>
    /// <param name="before">As it was; null where nothing was ever to be told.</param>
    /// <param name="receivers">The spec's; what is for others is taken off.</param>
    /// <param name="deliveries">What came of sending.</param>
    /// <param name="now">Now (UTC).</param>
    public static NotificationsStatus? Settle(
        NotificationsStatus? before,
        IReadOnlyList<NotificationSpec>? receivers,
        IReadOnlyList<Delivery> deliveries,
        DateTime now
    )
    {
        if (before is null)
        {
            return null;
        }

        var names = Usable(receivers).Select(r => r.Name).ToList();
        if (names.Count == 0)
        {
            return null;
        }

        var dropped = 0;
        var failures = (before.Failures ?? [])
            .Where(f => names.Contains(f.Name, StringComparer.Ordinal))
            .ToDictionary(f => f.Name, StringComparer.Ordinal);
        var left = new List<PendingNotification>();
        foreach (var pending in before.Pending ?? [])
        {
            var awaits = new List<string>();
            foreach (var name in pending.Awaits.Where(n => names.Contains(n, StringComparer.Ordinal)))
            {
                var came = deliveries.FirstOrDefault(d => d.Id == pending.Id && d.Receiver == name);
                Note(failures, name, came);
                var isGivenUp = came?.Kind == DeliveryKind.Refused || !(pending.Time > now - Patience);
                if (came?.Kind == DeliveryKind.Delivered)
                {
                    continue;
                }

                if (isGivenUp)
                {
                    dropped++;
                    continue;
                }

                awaits.Add(name);
            }

            if (awaits.Count > 0)
            {
                left.Add(pending with { Awaits = awaits });
            }
        }

        return before with
        {
            Pending = left.Count > 0 ? left : null,
            Failures = failures.Count > 0 ? [.. failures.Values.OrderBy(f => f.Name, StringComparer.Ordinal)] : null,
            Dropped = before.Dropped + dropped,
        };
    }

    /// <summary>Returns the same with what happened now, for those who want to be told of it.</summary>
    public static NotificationsStatus? Add(
        NotificationsStatus? before,
        GemmaBaseImage image,
        IEnumerable<News> happened,
        DateTime now
    )
    {
        var receivers = Usable(image.Spec?.Notifications).ToList();
        if (receivers.Count == 0)
        {
            return before;
        }

        List<PendingNotification> added =
        [
            .. happened
                .Select(news => Of(news, image, receivers, now))
                .Where(n => n.Awaits.Count > 0 && before?.Pending?.Any(p => p.Id == n.Id) != true)
                .DistinctBy(n => n.Id, StringComparer.Ordinal),
        ];
        if (added.Count == 0)
        {
            return before;
        }

        IReadOnlyList<PendingNotification> all = [.. before?.Pending ?? [], .. added];
        var tooMany = all.SkipLast(NotificationsStatus.MostPending).Sum(p => p.Awaits.Count);
        return (before ?? new NotificationsStatus()) with
        {
            Pending = [.. all.TakeLast(NotificationsStatus.MostPending)],
            Dropped = (before?.Dropped ?? 0) + tooMany,
        };
    }

    /// <summary>
    /// Returns those that can be told, and no more than a status holds: with those of its defaults, a spec may have
    /// more, and that it is refused for that is news, too.
    /// </summary>
    private static IEnumerable<NotificationSpec> Usable(IReadOnlyList<NotificationSpec>? receivers) =>
        (receivers ?? []).Where(NotificationRules.IsUsable).Take(NotificationRules.MostReceivers);

    private static PendingNotification Of(
        News news,
        GemmaBaseImage image,
        IReadOnlyList<NotificationSpec> receivers,
        DateTime now
    ) =>
        new()
        {
            Id = string.Create(
                CultureInfo.InvariantCulture,
                $"{image.Metadata.Uid}.{news.Event}.{Discriminator(news)}{now:yyyyMMdd'T'HHmmss'Z'}"
            ),
            Event = news.Event,
            Time = new DateTime(now.Ticks - (now.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc),
            Reason = Short(news.Reason, LongestReason),
            Message = Short(news.Message, LongestMessage),
            Build = news.Build,
            Image = news.Image is { } shown ? Short(shown, LongestImage) : null,
            Changes = news.Changes is { } changes ? Short(changes, LongestChanges) : null,
            Awaits = [.. receivers.Where(r => r.Wants(news.Event)).Select(r => r.Name)],
        };

    /// <summary>Tells apart what happens within one second: a build ends once, the rest is known by why.</summary>
    private static string Discriminator(News news) =>
        news.Event is NotificationEvent.BuildSucceeded or NotificationEvent.BuildFailed ? $"{news.Build}."
        : news.Build is { Length: > 0 } build ? $"{build}.{Short(news.Reason, LongestReason)}."
        : $"{Short(news.Reason, LongestReason)}.";

    private static string Short(string text, int most) => Truncation.Shorten(VisibleText.Line(text), most);

    private static void Note(Dictionary<string, NotificationFailure> failures, string name, Delivery? came)
    {
        if (came is null)
        {
            return;
        }

        if (came.Kind == DeliveryKind.Delivered)
        {
            failures.Remove(name);
            return;
        }

        failures[name] = new NotificationFailure
        {
            Name = name,
            Reason = came.Reason,
            Message = Short(came.Message, LongestMessage),
        };
    }
}
