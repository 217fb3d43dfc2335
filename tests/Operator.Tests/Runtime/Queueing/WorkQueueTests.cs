using GemmaOperator.Runtime.Queueing;
using Microsoft.Extensions.Time.Testing;

namespace Operator.Tests.Runtime.Queueing;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WorkQueueTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly WorkQueue<string> _queue;

    public WorkQueueTests() =>
        _queue = new WorkQueue<string>(_time, Backoff.PerKey, new TokenBucket(10, 100, _time), random: () => 0.5);

    [TearDown]
    public void Dispose() => _queue.Dispose();

    [Test]
    public async Task A_key_added_many_times_waits_once()
    {
        _queue.Add("a", Lane.Change);
        _queue.Add("a", Lane.Change);
        _queue.Add("a", Lane.Background);

        Assert.That(await Take(), Is.EqualTo("a"));
        _queue.Done("a");
        Assert.That(_queue.Depth, Is.Zero);
    }

    [Test]
    public void Ten_thousand_keys_that_are_due_later_cost_one_timer()
    {
        var time = new CountingTime();
        using var queue = new WorkQueue<string>(
            time,
            Backoff.PerKey,
            new TokenBucket(10, 100, time),
            random: () => 0.5
        );
        for (var i = 0; i < 10_000; i++)
        {
            queue.AddAfter($"key-{i}", TimeSpan.FromSeconds(60 + (i * 7919 % 10_000)), Lane.Background);
        }

        Assert.That((time.Timers, queue.Depth), Is.EqualTo((1, 0)));
        time.Advance(TimeSpan.FromSeconds(60 + 4_999));
        Assert.That((time.Timers, queue.Depth), Is.EqualTo((1, 5_000)), "half of them are due, by the same timer");
    }

    private sealed class CountingTime : FakeTimeProvider
    {
        public int Timers { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Timers++;
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }

    [Test]
    public async Task A_key_is_never_held_by_two_workers_and_a_change_meanwhile_is_not_lost()
    {
        _queue.Add("a", Lane.Change);
        await Take();
        _queue.Add("a", Lane.Change);
        Assert.That(_queue.Depth, Is.Zero, "held, so it must wait for the worker");

        _queue.Done("a");
        Assert.That(await Take(), Is.EqualTo("a"));
    }

    [Test]
    public async Task A_change_overtakes_a_resync()
    {
        _queue.Add("resync-1", Lane.Background);
        _queue.Add("resync-2", Lane.Background);
        _queue.Add("change", Lane.Change);
        Assert.That(await Take(), Is.EqualTo("change"));
    }

    [Test]
    public async Task A_change_to_a_key_that_waits_for_its_resync_moves_it_forward()
    {
        _queue.Add("first", Lane.Background);
        _queue.Add("second", Lane.Background);
        _queue.Add("second", Lane.Change);

        Assert.That(await Take(), Is.EqualTo("second"));
        Assert.That(await Take(), Is.EqualTo("first"));
        Assert.That(_queue.Depth, Is.Zero, "its old place in the slow lane must not count");
    }

    [Test]
    public async Task The_background_gets_its_turn_under_constant_change()
    {
        _queue.Add("resync", Lane.Background);
        var taken = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            _queue.Add($"change-{i}", Lane.Change);
            taken.Add(await Take());
        }

        Assert.That(taken, Does.Contain("resync"));
    }

    [Test]
    public async Task A_delayed_key_comes_when_it_is_due_and_not_before()
    {
        _queue.AddAfter("a", TimeSpan.FromSeconds(10), Lane.Change);
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.That(_queue.Depth, Is.Zero);

        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.That(await Take(), Is.EqualTo("a"));
    }

    [Test]
    public async Task The_sooner_of_two_times_counts()
    {
        _queue.AddAfter("a", TimeSpan.FromHours(6), Lane.Change);
        _queue.AddAfter("a", TimeSpan.FromSeconds(1), Lane.Change);
        _queue.AddAfter("a", TimeSpan.FromHours(1), Lane.Change);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await Take(), Is.EqualTo("a"));
        _queue.Done("a");

        _time.Advance(TimeSpan.FromHours(7));
        Assert.That(_queue.Depth, Is.Zero, "the later times went with the sooner one");
    }

    [Test]
    public async Task A_change_withdraws_the_time_set_before()
    {
        _queue.AddAfter("a", TimeSpan.FromMinutes(5), Lane.Change);
        _queue.Add("a", Lane.Change);
        await Take();
        _queue.Done("a");
        _time.Advance(TimeSpan.FromHours(1));
        Assert.That(_queue.Depth, Is.Zero);
    }

    [Test]
    public async Task Many_times_set_and_withdrawn_leave_nothing_behind()
    {
        for (var i = 0; i < 10_000; i++)
        {
            _queue.AddAfter("a", TimeSpan.FromHours(6), Lane.Change);
            _queue.Add("a", Lane.Change);
            await Take();
            _queue.Done("a");
        }

        _time.Advance(TimeSpan.FromHours(12));
        Assert.That(_queue.Depth, Is.Zero);
    }

    [Test]
    public async Task Failures_back_off_per_key_from_5_ms_to_5_min_and_success_starts_anew()
    {
        var delays = new List<TimeSpan>();
        for (var i = 0; i < 20; i++)
        {
            delays.Add(_queue.AddRateLimited("bad"));
            _time.Advance(TimeSpan.FromMinutes(6));
            await Take();
            _queue.Done("bad");
        }

        Assert.That(delays[0], Is.EqualTo(TimeSpan.FromMilliseconds(5)));
        Assert.That(delays[1], Is.EqualTo(TimeSpan.FromMilliseconds(10)));
        Assert.That(delays[^1], Is.EqualTo(TimeSpan.FromMinutes(5)));
        Assert.That(
            _queue.AddRateLimited("good"),
            Is.EqualTo(TimeSpan.FromMilliseconds(5)),
            "another key isn't affected"
        );

        _queue.Forget("bad");
        Assert.That(_queue.AddRateLimited("bad"), Is.EqualTo(TimeSpan.FromMilliseconds(5)));
    }

    [Test]
    public async Task A_pass_that_is_asked_for_comes_at_once_behind_those_that_wait_and_ends_the_backoff()
    {
        _queue.AddRateLimited("a");
        _queue.Add("a", Lane.Change);
        await Take();
        _queue.Add("b", Lane.Change);
        Assert.That(_queue.AddAgain("a", freePasses: 1), Is.Null);
        Assert.That(_queue.Failures("a"), Is.Zero);
        _queue.Add("a", Lane.Change);

        _queue.Done("a");
        Assert.That(await Take(), Is.EqualTo("b"));
        Assert.That(await Take(), Is.EqualTo("a"));
        _queue.Done("a");
        Assert.That(_queue.Depth, Is.Zero, "a change meanwhile is dealt with in the same pass");
    }

    [Test]
    public async Task A_key_that_always_asks_for_another_pass_waits_ever_longer_unless_something_changes()
    {
        var slowed = new List<(int Passes, TimeSpan Delay)?>();
        for (var i = 0; i < 30; i++)
        {
            _queue.Add("loop", Lane.Change);
            await Take();
            slowed.Add(_queue.AddAgain("loop", freePasses: 4));
            _queue.Done("loop");
        }

        Assert.That(slowed.Take(4), Is.All.Null);
        Assert.That(slowed[4], Is.EqualTo((5, TimeSpan.FromMilliseconds(5))));
        Assert.That(slowed[5], Is.EqualTo((6, TimeSpan.FromMilliseconds(10))));
        Assert.That(slowed[^1], Is.EqualTo((30, TimeSpan.FromMinutes(5))));
        Assert.That(_queue.Depth, Is.Zero, "it waits");
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.That(_queue.Depth, Is.EqualTo(1), "it isn't given up");
        await Take();
        _queue.Forget("loop");
        _queue.Done("loop");

        _queue.Add("loop", Lane.Change);
        await Take();
        Assert.That(_queue.AddAgain("loop", freePasses: 4), Is.Null, "a pass without another one starts anew");
    }

    [Test]
    public void All_retries_together_pass_one_bucket()
    {
        var delays = Enumerable.Range(0, 300).Select(i => _queue.AddRateLimited($"key-{i}")).ToList();
        Assert.That(delays.Take(100), Is.All.EqualTo(TimeSpan.FromMilliseconds(5)));
        Assert.That(delays[^1], Is.EqualTo(TimeSpan.FromSeconds(20)).Within(TimeSpan.FromMilliseconds(1)));
    }

    [TestCase(-1)]
    [TestCase(1)]
    public async Task A_clock_that_jumps_by_a_day_makes_nothing_due_sooner_or_later(int days)
    {
        var clock = new JumpingClock(_time);
        using var queue = new WorkQueue<string>(
            clock,
            Backoff.PerKey,
            new TokenBucket(10, 100, clock),
            random: () => 0.5
        );
        queue.AddAfter("a", TimeSpan.FromSeconds(10), Lane.Change);
        var retry = queue.AddRateLimited("b");
        clock.Off = TimeSpan.FromDays(days);
        Assert.That(queue.AddRateLimited("c"), Is.EqualTo(retry), "the bucket of all retries is as full as before");
        Assert.That(queue.Depth, Is.Zero);

        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.That(queue.Depth, Is.EqualTo(2), "the retries");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(queue.Depth, Is.EqualTo(3));
        Assert.That(await queue.TakeAsync(CancellationToken.None), Is.EqualTo("b"));
    }

    [Test]
    public void A_delay_for_ever_is_not_over_at_once()
    {
        _queue.AddAfter("a", TimeSpan.MaxValue, Lane.Change);
        _time.Advance(TimeSpan.FromDays(365));
        Assert.That(_queue.Depth, Is.Zero);
    }

    [Test]
    public void A_timer_that_fires_while_the_queue_goes_away_harms_nobody()
    {
        _queue.AddAfter("a", TimeSpan.FromSeconds(1), Lane.Change);
        _queue.Dispose();
        Assert.That(() => _time.Advance(TimeSpan.FromSeconds(2)), Throws.Nothing);
    }

    [Test]
    public async Task A_taker_waits_for_a_key_and_can_be_cancelled()
    {
        var taking = Take();
        Assert.That(taking.IsCompleted, Is.False);
        _queue.Add("a", Lane.Change);
        Assert.That(await taking, Is.EqualTo("a"));

        using var cancelled = new CancellationTokenSource();
        var second = _queue.TakeAsync(cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        Assert.That(async () => await second, Throws.InstanceOf<OperationCanceledException>());
        _queue.Add("b", Lane.Change);
        Assert.That(await Take(), Is.EqualTo("b"), "a cancelled taker takes nothing with it");
    }

    private Task<string> Take() =>
        _queue.TakeAsync(CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
}
