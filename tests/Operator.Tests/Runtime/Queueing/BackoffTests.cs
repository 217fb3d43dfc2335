using GemmaOperator.Runtime.Queueing;
using Microsoft.Extensions.Time.Testing;

namespace Operator.Tests.Runtime.Queueing;

[Parallelizable(ParallelScope.All)]
public sealed class BackoffTests
{
    [TestCase(0, 5)]
    [TestCase(3, 40)]
    [TestCase(15, 163_840)]
    [TestCase(16, 300_000)]
    [TestCase(10_000, 300_000)]
    public void It_doubles_up_to_five_minutes(int failures, double milliseconds) =>
        Assert.That(Backoff.PerKey.Delay(failures, 0.5).TotalMilliseconds, Is.EqualTo(milliseconds));

    [Test]
    public void Jitter_spreads_by_a_fifth_and_never_beyond_the_longest()
    {
        Assert.That(Backoff.PerKey.Delay(1, 0).TotalMilliseconds, Is.EqualTo(8));
        Assert.That(Backoff.PerKey.Delay(1, 0.999999).TotalMilliseconds, Is.EqualTo(12).Within(0.001));
        Assert.That(Backoff.PerKey.Delay(60, 0.999999), Is.LessThanOrEqualTo(TimeSpan.FromMinutes(5)));
    }

    [Test]
    public void A_bucket_lets_a_burst_through_then_its_rate_and_fills_up_again()
    {
        var time = new FakeTimeProvider();
        var bucket = new TokenBucket(perSecond: 2, burst: 3, time);
        var waits = Enumerable.Range(0, 5).Select(_ => bucket.Reserve().TotalSeconds);
        Assert.That(waits, Is.EqualTo([0, 0, 0, 0.5, 1]));

        time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(Enumerable.Range(0, 4).Select(_ => bucket.Reserve().TotalSeconds), Is.EqualTo([0, 0, 0, 0.5]));
    }
}
