using GemmaOperator.Api.Notifications;
using GemmaOperator.Api.Words;
using static Operator.Tests.Api.Validation.Specs;

namespace Operator.Tests.Api.Validation;

/// <summary>Mistakes in who is told of what happens.</summary>
internal static class NotificationMistakes
{
    private static readonly NotificationSpec Right = new()
    {
        Name = "chat",
        Type = NotificationType.Slack,
        SecretRef = new ReceiverSecret { Name = "chat" },
    };

    public static IEnumerable<TestCaseData> All()
    {
        yield return One("no name", r => r with { Name = "" }, "name");
        yield return One("a name in capitals", r => r with { Name = "Chat" }, "name");
        yield return One("an unknown type", r => r with { Type = WireEnum<NotificationType>.Read("Pager") }, "type");
        yield return One("no Secret", r => r with { SecretRef = new ReceiverSecret() }, "secretRef.name");
        yield return One(
            "an unknown event",
            r => r with { Events = [WireEnum<NotificationEvent>.Read("Lunch")] },
            "events[0]"
        );
        yield return One(
            "an event given twice",
            r => r with { Events = [NotificationEvent.Stalled, NotificationEvent.Stalled] },
            "events[1]"
        );
        foreach (var template in new[] { "{secret}", "{name", "}", "{{name}}", "" })
        {
            yield return One($"template '{template}'", r => r with { Template = template }, "template");
        }

        yield return Mistake(
            "two receivers of one name",
            s => s with { Notifications = [Right, Right] },
            "spec.notifications[1].name"
        );
    }

    private static TestCaseData One(string what, Func<NotificationSpec, NotificationSpec> change, string field) =>
        Mistake(what, s => s with { Notifications = [change(Right)] }, $"spec.notifications[0].{field}");
}
