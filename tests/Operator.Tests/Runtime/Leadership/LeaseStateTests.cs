using GemmaOperator.Runtime.Leadership;
using k8s.Models;

namespace Operator.Tests.Runtime.Leadership;

[Parallelizable(ParallelScope.All)]
public sealed class LeaseStateTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(15);

    [Test]
    public void Without_a_lease_one_is_made() =>
        Assert.That(Me().Next(lease: null, Seconds(0)), Is.EqualTo(LeaseMove.Create));

    [TestCase(null)]
    [TestCase("")]
    public void A_released_lease_is_taken_at_once(string? holder) =>
        Assert.That(Me().Next(Lease(holder, 1), Seconds(0)), Is.EqualTo(LeaseMove.Take));

    [Test]
    public void Ours_is_renewed() => Assert.That(Me().Next(Lease("me", 1), Seconds(0)), Is.EqualTo(LeaseMove.Renew));

    [Test]
    public void Anothers_is_taken_only_after_it_stood_unchanged_for_its_whole_duration()
    {
        var me = Me();
        Assert.That(me.Next(Lease("other", 1), Seconds(100)), Is.EqualTo(LeaseMove.Wait), "seen for the first time");
        Assert.That(me.Next(Lease("other", 1), Seconds(114.9)), Is.EqualTo(LeaseMove.Wait));
        Assert.That(me.Next(Lease("other", 1), Seconds(115)), Is.EqualTo(LeaseMove.Take));
    }

    [Test]
    public void Every_renewal_starts_the_wait_anew()
    {
        var me = Me();
        me.Next(Lease("other", 1), Seconds(0));
        me.Next(Lease("other", 2), Seconds(14));
        Assert.That(me.Next(Lease("other", 2), Seconds(28)), Is.EqualTo(LeaseMove.Wait));
        Assert.That(me.Next(Lease("other", 2), Seconds(29)), Is.EqualTo(LeaseMove.Take));
    }

    [Test]
    public void The_times_inside_the_lease_mean_nothing_since_clocks_differ()
    {
        var lease = Lease("other", 1);
        lease.Spec.RenewTime = new DateTime(1999, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        Assert.That(Me().Next(lease, Seconds(0)), Is.EqualTo(LeaseMove.Wait));
    }

    [Test]
    public void The_holders_own_duration_counts()
    {
        var me = Me();
        var lease = Lease("other", 1);
        lease.Spec.LeaseDurationSeconds = 60;
        me.Next(lease, Seconds(0));
        Assert.That(me.Next(lease, Seconds(59)), Is.EqualTo(LeaseMove.Wait));
        Assert.That(me.Next(lease, Seconds(60)), Is.EqualTo(LeaseMove.Take));
    }

    [Test]
    public void A_deleted_lease_is_made_anew_only_when_its_holder_must_have_noticed()
    {
        var me = Me();
        me.Next(Lease("other", 1), Seconds(0));
        Assert.That(me.Next(null, Seconds(14)), Is.EqualTo(LeaseMove.Wait));
        Assert.That(me.Next(null, Seconds(15)), Is.EqualTo(LeaseMove.Create));
    }

    [Test]
    public void A_lease_that_was_given_up_and_then_deleted_is_made_anew_at_once()
    {
        var me = Me();
        me.Next(Lease("", 1), Seconds(0));
        Assert.That(me.Next(null, Seconds(1)), Is.EqualTo(LeaseMove.Create));
    }

    private static LeaseState Me() => new("me", Duration);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static V1Lease Lease(string? holder, int version) =>
        new()
        {
            Metadata = new V1ObjectMeta { Name = "lease", ResourceVersion = $"{version}" },
            Spec = new V1LeaseSpec { HolderIdentity = holder },
        };
}
