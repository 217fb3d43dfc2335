using GemmaInference.Fetch.Transport;
using Microsoft.Extensions.Time.Testing;

namespace Inference.Tests.Fetch;

/// <summary>A transfer is left when nothing moves, and one that has ended isn't.</summary>
internal sealed class StallWatchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public void A_watch_is_told_of_what_moves()
    {
        var time = new FakeTimeProvider();
        using var watch = new StallWatch(Patience, time, CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(29));
        watch.Moved();
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.That(watch.Token.IsCancellationRequested, Is.False);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(watch.Token.IsCancellationRequested);
    }

    /// <summary>On a thread of the pool, an exception here would end the process.</summary>
    [Test]
    public void A_timer_that_fires_while_its_watch_ends_harms_nobody()
    {
        var time = new LateTime();
        new StallWatch(Patience, time, CancellationToken.None).Dispose();
        Assert.That(time.Fire, Throws.Nothing);
    }

    /// <summary>Fires a timer after it was disposed, as one whose callback was under way does.</summary>
    private sealed class LateTime : TimeProvider
    {
        private Action _fire = () => throw new InvalidOperationException("no timer was made");

        public void Fire() => _fire();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _fire = () => callback(state);
            return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
