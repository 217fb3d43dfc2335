using CsCheck;
using GemmaOperator.Runtime.Queueing;
using Microsoft.Extensions.Time.Testing;

namespace Operator.Tests.Runtime.Queueing;

[Parallelizable(ParallelScope.All)]
public sealed class WorkQueueInterleavingTests
{
    /// <summary>Any interleaving: nothing is lost, nothing is held twice, and it all comes to an end.</summary>
    [Test]
    public void No_interleaving_loses_a_key_or_hands_it_out_twice() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 3])
            .Array[1, 60]
            .Sample(
                steps =>
                {
                    var time = new FakeTimeProvider();
                    using var queue = new WorkQueue<int>(time, Backoff.PerKey, new TokenBucket(10, 100, time));
                    var owed = new HashSet<int>();
                    var held = new HashSet<int>();
                    foreach (var (step, key) in steps)
                    {
                        switch (step)
                        {
                            case 0 or 1:
                                queue.Add(key, (Lane)step);
                                owed.Add(key);
                                break;
                            case 2:
                                queue.AddAfter(key, TimeSpan.FromSeconds(key + 1), Lane.Background);
                                owed.Add(key);
                                break;
                            case 3:
                                queue.AddRateLimited(key);
                                owed.Add(key);
                                break;
                            case 4 when queue.Depth > 0:
                                Hold(queue, owed, held);
                                break;
                            case 5 when held.Count > 0:
                                var done = held.First();
                                held.Remove(done);
                                queue.Done(done);
                                break;
                        }
                    }

                    while (held.Count > 0 || owed.Count > 0)
                    {
                        foreach (var key in held.ToList())
                        {
                            held.Remove(key);
                            queue.Done(key);
                        }

                        time.Advance(TimeSpan.FromMinutes(10));
                        while (queue.Depth > 0)
                        {
                            Hold(queue, owed, held);
                        }

                        Assert.That(held.Count + owed.Count == 0 || held.Count > 0, "what is owed must come");
                    }
                },
                iter: 500
            );

    private static void Hold(WorkQueue<int> queue, HashSet<int> owed, HashSet<int> held)
    {
        var take = queue.TakeAsync(CancellationToken.None).AsTask();
        Assert.That(take.IsCompletedSuccessfully);
        var key = take.GetAwaiter().GetResult();
        Assert.That(held.Add(key), $"{key} is held already");
        owed.Remove(key);
    }
}
