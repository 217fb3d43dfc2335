using GemmaOperator.Runtime.Queueing;
using Microsoft.Extensions.Time.Testing;

namespace Operator.Tests.Runtime.Queueing;

/// <summary>Nothing silent stops a fleet: namespaces take turns, and none has all workers.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class FairnessTests
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public async Task One_new_object_waits_for_one_turn_of_a_namespace_with_a_thousand()
    {
        using var queue = Queue(most: int.MaxValue);
        for (var i = 0; i < 1000; i++)
        {
            queue.Add($"many/{i}", Lane.Change);
        }

        queue.Add("one/new", Lane.Change);
        Assert.That(await TakeAsync(queue, 2), Has.Member("one/new"));
    }

    [Test]
    public async Task Namespaces_take_turns_and_each_keeps_its_own_order()
    {
        using var queue = Queue(most: int.MaxValue);
        foreach (var key in (string[])["a/1", "a/2", "a/3", "b/1", "b/2", "c/1"])
        {
            queue.Add(key, Lane.Change);
        }

        Assert.That(await TakeAsync(queue, 6), Is.EqualTo(["a/1", "b/1", "c/1", "a/2", "b/2", "a/3"]));
    }

    [Test]
    public async Task A_namespace_whose_objects_all_wait_for_something_leaves_workers_to_others()
    {
        using var queue = Queue(most: 2);
        for (var i = 0; i < 5; i++)
        {
            queue.Add($"slow/{i}", Lane.Change);
        }

        var held = await TakeAsync(queue, 2);
        var third = queue.TakeAsync(default).AsTask();
        var fourth = queue.TakeAsync(default).AsTask();
        Assert.That((third.IsCompleted, queue.Depth), Is.EqualTo((false, 3)), "two are all that it may have");
        queue.Add("other/1", Lane.Change);
        Assert.That(await Bounded(Task.WhenAny(third, fourth)), Is.Not.Null);
        var (got, left) = third.IsCompleted ? (third, fourth) : (fourth, third);
        Assert.That(await got, Is.EqualTo("other/1"));

        queue.Done(held[0]);
        Assert.That(await Bounded(left), Is.EqualTo("slow/2"), "one given back is one to be had");
        Assert.That(queue.Depth, Is.EqualTo(2));
    }

    [Test]
    public async Task Nothing_is_lost_or_taken_twice_when_workers_are_short()
    {
        using var queue = Queue(most: 1);
        var (taken, random) = (new List<string>(), new Random(7));
        for (var i = 0; i < 300; i++)
        {
            queue.Add($"{(char)('a' + (i % 3))}/{i}", random.Next(2) == 0 ? Lane.Change : Lane.Background);
        }

        var worked = Enumerable
            .Range(0, 4)
            .Select(_ =>
                Task.Run(async () =>
                {
                    while (true)
                    {
                        var key = await queue.TakeAsync(default);
                        lock (taken)
                        {
                            taken.Add(key);
                        }

                        queue.Done(key);
                        lock (taken)
                        {
                            if (taken.Count == 300)
                            {
                                return;
                            }
                        }
                    }
                })
            );
        await Bounded(Task.WhenAny(worked));
        Assert.That(taken, Is.Unique.And.Count.EqualTo(300));
    }

    [Test]
    public void Retries_of_a_namespace_whose_objects_all_fail_hold_up_no_other()
    {
        using var queue = Queue(most: int.MaxValue);
        var last = TimeSpan.Zero;
        for (var i = 0; i < 1000; i++)
        {
            last = queue.AddRateLimited($"failing/{i}");
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(last, Is.GreaterThan(TimeSpan.FromSeconds(80)), "a hundred at once, then ten a second");
            Assert.That(queue.AddRateLimited("other/1"), Is.LessThan(TimeSpan.FromSeconds(1)));
        }
    }

    [Test]
    public void Buckets_of_namespaces_that_are_gone_are_dropped()
    {
        var buckets = new RetryBuckets(new TokenBucket(10, 100, _time));
        for (var i = 0; i < 5000; i++)
        {
            buckets.Reserve($"ns-{i}");
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(buckets.Count, Is.LessThanOrEqualTo(257));
    }

    private WorkQueue<string> Queue(int most) =>
        new(
            _time,
            Backoff.PerKey,
            new TokenBucket(10, 100, _time),
            groupOf: key => key[..key.IndexOf('/')],
            mostOfGroup: most
        );

    private static async Task<IReadOnlyList<string>> TakeAsync(WorkQueue<string> queue, int count)
    {
        var taken = new List<string>();
        for (var i = 0; i < count; i++)
        {
            taken.Add(await Bounded(queue.TakeAsync(default).AsTask()));
        }

        return taken;
    }

    private static Task<T> Bounded<T>(Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(10));
}
