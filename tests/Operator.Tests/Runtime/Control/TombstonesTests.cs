using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Control;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;

namespace Operator.Tests.Runtime.Control;

[Parallelizable(ParallelScope.All)]
public sealed class TombstonesTests
{
    private static readonly TimeSpan Keeps = Tombstones<V1ConfigMap>.StandbyKeeps;

    [Test]
    public void A_standby_of_many_weeks_remembers_only_the_last_minutes()
    {
        var time = new FakeTimeProvider();
        var tombstones = new Tombstones<V1ConfigMap>(time);
        for (var i = 0; i < 10_000; i++)
        {
            tombstones.Add(new ObjectKey("n", $"a{i}"), new V1ConfigMap(), isStandby: true);
            time.Advance(Keeps / 10);
        }

        Assert.That(tombstones.Keys, Has.Count.InRange(10, 21));
        Assert.That(tombstones.Keys, Does.Contain(new ObjectKey("n", "a9999")));
    }

    [Test]
    public void What_a_leader_has_not_dealt_with_stays_however_long_it_takes()
    {
        var time = new FakeTimeProvider();
        var tombstones = new Tombstones<V1ConfigMap>(time);
        var (first, second) = (new V1ConfigMap(), new V1ConfigMap());
        tombstones.Add(new ObjectKey("n", "a"), first, isStandby: false);
        time.Advance(TimeSpan.FromDays(7));
        tombstones.Add(new ObjectKey("n", "a"), second, isStandby: false);
        Assert.That(tombstones.Of(new ObjectKey("n", "a")), Is.EqualTo(new[] { first, second }));

        tombstones.Remove(new ObjectKey("n", "a"), first);
        tombstones.Remove(new ObjectKey("n", "a"), second);
        Assert.That(tombstones.Keys, Is.Empty);
    }
}
