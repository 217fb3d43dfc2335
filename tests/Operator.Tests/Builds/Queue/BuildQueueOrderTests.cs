using CsCheck;
using GemmaOperator.Builds.Queue;

namespace Operator.Tests.Builds.Queue;

internal sealed class BuildQueueOrderTests
{
    [Test]
    public void Within_a_namespace_the_oldest_is_first() =>
        Assert.That(
            Order([Waiting("a", "late", 9), Waiting("a", "early", 1), Waiting("a", "next", 5)]),
            Is.EqualTo(new[] { "a/early", "a/next", "a/late" })
        );

    [Test]
    public void Namespaces_take_turns_however_many_one_of_them_has() =>
        Assert.That(
            Order([
                Waiting("a", "1", 1),
                Waiting("a", "2", 2),
                Waiting("a", "3", 3),
                Waiting("b", "1", 50),
                Waiting("c", "1", 60),
            ]),
            Is.EqualTo(new[] { "a/1", "b/1", "c/1", "a/2", "a/3" })
        );

    [Test]
    public void A_namespace_that_has_slots_already_stands_behind_one_that_has_none() =>
        Assert.That(
            Order([Waiting("a", "1", 1), Waiting("a", "2", 2), Waiting("b", "1", 50)], ("a", 2)),
            Is.EqualTo(new[] { "b/1", "a/1", "a/2" })
        );

    [Test]
    public void Nobody_is_lost_and_nobody_waits_behind_a_younger_one_of_the_same_namespace() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 1000])
            .Array[0, 40]
            .Select(Gen.Int[0, 5].Array[5])
            .Sample(
                (entries, running) =>
                {
                    var waiting = entries.Select((e, i) => Waiting($"n{e.Item1}", $"b{i}", e.Item2)).ToList();
                    var order = BuildQueueOrder.Order(
                        waiting,
                        running.Select((n, i) => ($"n{i}", n)).ToDictionary(p => p.Item1, p => p.n)
                    );
                    var fifo = order
                        .GroupBy(b => b.Namespace)
                        .All(own => own.Zip(own.Skip(1)).All(p => p.First.Since <= p.Second.Since));
                    return fifo && order.Count == waiting.Count && order.ToHashSet().SetEquals(waiting);
                }
            );

    private static IEnumerable<string> Order(
        IEnumerable<QueuedBuild> waiting,
        params (string Namespace, int Slots)[] running
    ) =>
        BuildQueueOrder
            .Order(waiting, running.ToDictionary(r => r.Namespace, r => r.Slots))
            .Select(b => $"{b.Namespace}/{b.Name}");

    private static QueuedBuild Waiting(string ns, string name, int minute) =>
        new($"{ns}-{name}", ns, name, A.Morning.AddMinutes(minute));
}
