using System.Collections.Concurrent;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Notifications;
using GemmaOperator.Notifications;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Operator.Tests.Clusters;

namespace Operator.Tests.Notifications;

/// <summary>How what is still to be told is sent: beside everything else, in order, and again.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class NotificationDeskTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(A.Morning));
    private readonly ConcurrentQueue<Told> _sent = new();
    private Func<Told, CancellationToken, Task<Delivery>> _answer = Delivered;
    private bool _isWorking = true;
    private NotificationDesk _desk = null!;

    [SetUp]
    public void Open() =>
        _desk = new NotificationDesk(
            (told, cancellationToken) =>
            {
                _sent.Enqueue(told);
                return _answer(told, cancellationToken);
            },
            () => _isWorking,
            _time,
            NullLogger<NotificationDesk>.Instance,
            () => 0.5
        );

    public void Dispose() => _desk.Dispose();

    [Test]
    public async Task What_is_handed_in_again_is_sent_once()
    {
        var image = Offer(Given.Pending());
        await SentAsync(1);
        await UntilAsync(() => _desk.ResultsOf(image.Metadata.Uid).Count == 1);
        Offer(Given.Pending());
        Offer(Given.Pending());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_sent, Has.Count.EqualTo(1));
            Assert.That(
                _desk.ResultsOf(image.Metadata.Uid),
                Is.EqualTo(new[] { new Delivery("1", "hook", DeliveryKind.Delivered) })
            );
        }
    }

    [Test]
    public async Task What_is_no_longer_to_be_told_is_forgotten()
    {
        var image = Offer(Given.Pending());
        await UntilAsync(() => _desk.ResultsOf(image.Metadata.Uid).Count == 1);
        _desk.Offer(image, new NotificationsStatus());
        Assert.That(_desk.ResultsOf(image.Metadata.Uid), Is.Empty);
    }

    [Test]
    public async Task A_failure_is_tried_again_after_pauses_that_double()
    {
        _answer = (told, _) => Task.FromResult(Answer(told, DeliveryKind.Failed));
        Offer(Given.Pending());
        await SentAsync(1);
        foreach (var (pause, sent) in new[] { (2, 2), (4, 3), (8, 4) })
        {
            await IdleAsync();
            _time.Advance(TimeSpan.FromSeconds(pause - 1));
            await IdleAsync();
            Assert.That(_sent, Has.Count.EqualTo(sent - 1), $"{pause} s aren't over");
            _time.Advance(TimeSpan.FromSeconds(1));
            await SentAsync(sent);
        }
    }

    [Test]
    public async Task A_receiver_that_asks_for_a_pause_gets_it()
    {
        _answer = (told, _) =>
            Task.FromResult(Answer(told, DeliveryKind.Failed) with { RetryAfter = TimeSpan.FromMinutes(1) });
        Offer(Given.Pending());
        await SentAsync(1);
        await IdleAsync();
        _time.Advance(TimeSpan.FromSeconds(59));
        await IdleAsync();
        Assert.That(_sent, Has.Count.EqualTo(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        await SentAsync(2);
    }

    [Test]
    public async Task One_thing_is_told_after_the_other()
    {
        var first = new TaskCompletionSource<Delivery>();
        _answer = (told, _) => told.What.Id == "1" ? first.Task : Delivered(told, default);
        var (old, recent) = (Given.Pending(), Given.Pending("2") with { Time = A.Morning.AddSeconds(1) });
        var image = Offer(recent, old);
        await SentAsync(1);
        _time.Advance(TimeSpan.FromMinutes(1));
        await IdleAsync(running: 1);
        Assert.That(_sent.Select(t => t.What.Id), Is.EqualTo(new[] { "1" }));
        first.SetResult(new Delivery("1", "hook", DeliveryKind.Delivered));
        await SentAsync(2);
        await UntilAsync(() => _desk.ResultsOf(image.Metadata.Uid).Count == 2);
    }

    [Test]
    public async Task A_namespace_whose_receivers_hang_holds_up_no_other()
    {
        _answer = (told, cancellationToken) =>
            told.Namespace == "ml" ? HangAsync(cancellationToken) : Delivered(told, cancellationToken);
        for (var i = 0; i < 2 * NotificationDesk.AtOnce; i++)
        {
            Offer(image => (image.Metadata.Name, image.Metadata.Uid) = ($"gemma-{i}", $"u{i}"), Given.Pending());
        }

        Offer(image => (image.Metadata.NamespaceProperty, image.Metadata.Uid) = ("other", "o"), Given.Pending());
        await UntilAsync(() => _desk.ResultsOf("o").Count == 1);
        Assert.That(_sent.Count(t => t.Namespace == "ml"), Is.EqualTo(NotificationDesk.AtOnceOfOneNamespace));
    }

    [Test]
    public async Task What_was_forgotten_still_counts_until_its_request_ends()
    {
        _answer = (_, cancellationToken) => HangAsync(cancellationToken);
        for (var i = 0; i < 3 * NotificationDesk.AtOnceOfOneNamespace; i++)
        {
            var image = Offer(Given.Pending($"{i}"));
            await IdleAsync(Math.Min(i + 1, NotificationDesk.AtOnceOfOneNamespace));
            _desk.Offer(image, null);
        }

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(_desk.Running, Is.EqualTo(NotificationDesk.AtOnceOfOneNamespace));
    }

    [Test]
    public async Task A_namespace_with_much_to_tell_leaves_the_others_a_place()
    {
        _answer = (told, cancellationToken) =>
            told.Namespace == "ml" ? HangAsync(cancellationToken) : Delivered(told, cancellationToken);
        var much = Enumerable.Range(0, 50).Select(i => Given.Pending($"{i}")).ToArray();
        for (var i = 0; i < NotificationDesk.Most / much.Length; i++)
        {
            Offer(image => image.Metadata.Uid = $"u{i}", much);
        }

        Offer(image => (image.Metadata.NamespaceProperty, image.Metadata.Uid) = ("other", "o"), Given.Pending());
        await UntilAsync(() => _desk.ResultsOf("o").Count == 1);
    }

    [Test]
    public async Task What_is_given_up_anyway_is_not_sent_once_more()
    {
        Offer(Given.Pending() with { Time = A.Morning - Outbox.Patience }, Given.Pending("2"));
        await SentAsync(1);
        await IdleAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(_sent.Select(t => t.What.Id), Is.EqualTo(new[] { "2" }));
    }

    [Test]
    public async Task Another_term_stops_what_is_under_way_and_begins_with_nothing()
    {
        var stopped = new TaskCompletionSource();
        _answer = async (told, cancellationToken) =>
        {
            await using var _ = cancellationToken.Register(stopped.SetResult);
            return await HangAsync(cancellationToken);
        };
        var image = Offer(Given.Pending());
        await SentAsync(1);
        _desk.Reset();
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(30));
        _answer = Delivered;
        Offer(Given.Pending());
        await UntilAsync(() => _desk.ResultsOf(image.Metadata.Uid).Count == 1);
        Assert.That(_sent.Select(t => t.What.Id), Is.EqualTo(new[] { "1", "1" }), "with the same id");
    }

    [Test]
    public async Task Whoever_does_not_lead_sends_nothing()
    {
        _answer = (told, _) => Task.FromResult(Answer(told, DeliveryKind.Failed));
        Offer(Given.Pending());
        await SentAsync(1);
        await IdleAsync();
        _isWorking = false;
        _time.Advance(TimeSpan.FromMinutes(10));
        Offer(Given.Pending());
        Assert.That(_sent, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task What_nobody_foresaw_is_tried_again()
    {
        _answer = (_, _) => throw new InvalidOperationException("no");
        Offer(Given.Pending());
        await SentAsync(1);
        await IdleAsync();
        _answer = Delivered;
        _time.Advance(TimeSpan.FromSeconds(2));
        await SentAsync(2);
    }

    private GemmaBaseImage Offer(params PendingNotification[] pending) => Offer(_ => { }, pending);

    private GemmaBaseImage Offer(Action<GemmaBaseImage> change, params PendingNotification[] pending)
    {
        var image = Given.Image(Given.Receiver());
        change(image);
        _desk.Offer(image, new NotificationsStatus { Pending = pending });
        return image;
    }

    private Task SentAsync(int count) => UntilAsync(() => _sent.Count >= count);

    /// <summary>Waits until nothing is under way but what hangs.</summary>
    private Task IdleAsync(int running = 0) => UntilAsync(() => _desk.Running == running);

    private static Task UntilAsync(Func<bool> condition) =>
        Eventually.ThatAsync(() => Task.FromResult(condition()), "it has come so far");

    private static Task<Delivery> Delivered(Told told, CancellationToken cancellationToken) =>
        Task.FromResult(Answer(told, DeliveryKind.Delivered));

    private static Delivery Answer(Told told, DeliveryKind kind) => new(told.What.Id, told.Receiver.Name, kind);

    private static async Task<Delivery> HangAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        throw new InvalidOperationException("nothing ends it but the end");
    }
}
