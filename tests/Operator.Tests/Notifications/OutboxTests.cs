using GemmaOperator.Api.Notifications;
using GemmaOperator.Notifications;

namespace Operator.Tests.Notifications;

/// <summary>What a status remembers as still to be told.</summary>
internal sealed class OutboxTests
{
    private static readonly News Broken = new(NotificationEvent.BuildFailed, "PushFailed", "no\u202epush")
    {
        Build = "gemma-b1",
    };

    [Test]
    public void What_happened_awaits_those_who_want_to_be_told_of_it()
    {
        var image = Given.Image(
            Given.Receiver("all"),
            Given.Receiver("some", NotificationType.Slack, NotificationEvent.BuildFailed),
            Given.Receiver("others", NotificationType.Slack, NotificationEvent.Stalled)
        );
        var told = Outbox.Add(null, image, [Broken], A.Morning)!.Pending!.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(told.Awaits, Is.EqualTo(new[] { "all", "some" }));
            Assert.That(told.Message, Is.EqualTo("no push"), "what can't be seen is left out");
            Assert.That(told.Id, Is.EqualTo($"{image.Metadata.Uid}.BuildFailed.gemma-b1.20261123T083000Z"));
        }
    }

    [Test]
    public void Two_things_of_one_second_are_two_and_one_thing_is_one()
    {
        News[] news =
        [
            new(NotificationEvent.RolledBack, "RolledBack", "the image"),
            new(NotificationEvent.RolledBack, "SettingsRolledBack", "the settings"),
            new(NotificationEvent.RolledBack, "RolledBack", "again"),
        ];
        Assert.That(
            Outbox.Add(null, Given.Image(Given.Receiver()), news, A.Morning)!.Pending!.Select(p => p.Message),
            Is.EqualTo(new[] { "the image", "the settings" })
        );
    }

    [Test]
    public void Without_receivers_nothing_is_remembered() =>
        Assert.That(Outbox.Add(null, A.BaseImage(), [Broken], A.Morning), Is.Null);

    [Test]
    public void A_receiver_that_the_schema_would_refuse_is_told_nothing() =>
        Assert.That(Outbox.Add(null, Given.Image(Given.Receiver("NO")), [Broken], A.Morning), Is.Null);

    [Test]
    public void With_those_of_defaults_no_more_are_noted_than_a_status_may_hold()
    {
        var image = Given.Image([.. Enumerable.Range(0, 9).Select(i => Given.Receiver($"r{i}"))]);
        Assert.That(
            Outbox.Add(null, image, [Broken], A.Morning)!.Pending!.Single().Awaits,
            Is.EqualTo(Enumerable.Range(0, 8).Select(i => $"r{i}").ToArray())
        );
    }

    [Test]
    public void What_was_delivered_is_taken_off_and_the_others_go_on_waiting()
    {
        var receivers = new[] { Given.Receiver("a"), Given.Receiver("b") };
        var before = new NotificationsStatus
        {
            Pending = [Given.Pending("1", "a", "b")],
            Failures = [new NotificationFailure { Name = "a", Reason = "Unreachable" }],
        };
        var after = Outbox.Settle(before, receivers, [new Delivery("1", "a", DeliveryKind.Delivered)], A.Morning)!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(after.Pending!.Single().Awaits, Is.EqualTo(new[] { "b" }));
            Assert.That(after.Failures, Is.Null, "the failure is over");
            Assert.That(after.Dropped, Is.Zero);
        }
    }

    [Test]
    public void What_is_refused_is_given_up_and_told()
    {
        var came = new Delivery("1", "hook", DeliveryKind.Refused, "Rejected", "hook.example answered 404");
        var after = Settle(came, A.Morning)!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(after.Pending, Is.Null);
            Assert.That(after.Dropped, Is.EqualTo(1));
            Assert.That(
                after.Failures,
                Is.EqualTo(
                    new[]
                    {
                        new NotificationFailure
                        {
                            Name = "hook",
                            Reason = "Rejected",
                            Message = "hook.example answered 404",
                        },
                    }
                )
            );
        }
    }

    [Test]
    public void What_fails_is_tried_for_an_hour()
    {
        var came = new Delivery("1", "hook", DeliveryKind.Failed, "Unreachable", "nobody there");
        var (within, beyond) = (
            Settle(came, A.Morning + Outbox.Patience - TimeSpan.FromSeconds(1))!,
            Settle(came, A.Morning + Outbox.Patience)!
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(within.Pending, Has.Count.EqualTo(1));
            Assert.That(within.Dropped, Is.Zero);
            Assert.That(within.Failures, Has.Count.EqualTo(1), "it is told meanwhile");
            Assert.That(beyond.Pending, Is.Null);
            Assert.That(beyond.Dropped, Is.EqualTo(1));
        }
    }

    [Test]
    public void A_receiver_that_is_gone_is_waited_for_no_longer()
    {
        var before = new NotificationsStatus { Pending = [Given.Pending("1", "gone", "hook")] };
        var after = Outbox.Settle(before, [Given.Receiver()], [], A.Morning)!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(after.Pending!.Single().Awaits, Is.EqualTo(new[] { "hook" }));
            Assert.That(Outbox.Settle(before, [], [], A.Morning), Is.Null);
            Assert.That(Outbox.Settle(before, null, [], A.Morning), Is.Null);
        }
    }

    [Test]
    public void More_than_there_is_room_for_drops_the_oldest_and_counts_it()
    {
        var image = Given.Image(Given.Receiver());
        NotificationsStatus? status = null;
        for (var i = 0; i < NotificationsStatus.MostPending + 3; i++)
        {
            status = Outbox.Add(status, image, [Broken with { Build = $"gemma-b{i}" }], A.Morning.AddSeconds(i));
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(status!.Pending, Has.Count.EqualTo(NotificationsStatus.MostPending));
            Assert.That(status.Pending![0].Build, Is.EqualTo("gemma-b3"));
            Assert.That(status.Dropped, Is.EqualTo(3));
        }
    }

    private static NotificationsStatus? Settle(Delivery came, DateTime now) =>
        Outbox.Settle(new NotificationsStatus { Pending = [Given.Pending()] }, [Given.Receiver()], [came], now);
}
