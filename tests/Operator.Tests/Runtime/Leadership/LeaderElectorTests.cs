namespace Operator.Tests.Runtime.Leadership;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LeaderElectorTests : IDisposable
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(15);

    private readonly FakeLeases _leases = new();
    private readonly List<Candidate> _candidates = [];

    [TearDown]
    public void Dispose() => _candidates.ForEach(c => c.Dispose());

    [Test]
    public void Of_several_replicas_one_works()
    {
        var (a, b, c) = (Join("a"), Join("b"), Join("c"));
        Advance(TimeSpan.FromMinutes(10));
        Assert.That((a.IsWorking, b.IsWorking, c.IsWorking), Is.EqualTo((true, false, false)));
        Assert.That((a.Terms, a.MayWrite, b.MayWrite), Is.EqualTo((1, true, false)));
    }

    [Test]
    public void An_interruption_shorter_than_the_renew_deadline_changes_nothing()
    {
        var (a, b) = (Join("a"), Join("b"));
        for (var i = 0; i < 20; i++)
        {
            a.Line.IsCut = i % 2 == 0;
            Advance(TimeSpan.FromSeconds(6));
        }

        Assert.That((a.IsWorking, a.Terms, b.Terms), Is.EqualTo((true, 1, 0)));
    }

    [Test]
    public void A_leader_that_is_cut_off_stops_before_another_starts_and_comes_back_as_a_candidate()
    {
        var (a, b) = (Join("a"), Join("b"));
        Advance(TimeSpan.FromSeconds(30));
        a.Line.IsCut = true;
        for (var i = 0; i < 600; i++)
        {
            Advance(TimeSpan.FromMilliseconds(50));
            Assert.That(a.IsWorking && b.IsWorking, Is.False, "two leaders at once");
            Assert.That(a.MayWrite && b.MayWrite, Is.False, "two writers at once");
        }

        Assert.That((a.IsWorking, b.IsWorking, a.Exited), Is.EqualTo((false, true, (DateTimeOffset?)null)));
        a.Line.IsCut = false;
        b.Line.IsCut = true;
        Advance(TimeSpan.FromMinutes(1));
        Assert.That((a.IsWorking, b.IsWorking, a.Terms), Is.EqualTo((true, false, 2)));
    }

    [Test]
    public void An_outage_for_all_ends_the_term_and_the_first_to_reach_the_lease_goes_on()
    {
        var (a, b) = (Join("a"), Join("b"));
        Advance(TimeSpan.FromSeconds(30));
        (a.Line.IsCut, b.Line.IsCut) = (true, true);
        Advance(TimeSpan.FromSeconds(90));
        Assert.That((a.IsWorking, b.IsWorking), Is.EqualTo((false, false)));

        (a.Line.IsCut, b.Line.IsCut) = (false, false);
        Advance(TimeSpan.FromSeconds(3));
        Assert.That(new[] { a.IsWorking, b.IsWorking }.Count(works => works), Is.EqualTo(1));
    }

    [Test]
    public void A_leader_paused_beyond_its_lease_can_write_nothing_when_it_wakes()
    {
        var (a, b) = (Join("a"), Join("b"));
        Advance(TimeSpan.FromSeconds(30));
        var pause = TimeSpan.FromSeconds(40);
        b.World.Advance(pause);
        Assert.That(b.IsWorking, "took over while the other was paused");

        a.World.Freeze(pause);
        Assert.That(a.IsWorking, "has not run a line since");
        Assert.That(a.MayWrite, Is.False, "and yet its first write is held back");

        a.World.Drain();
        Advance(TimeSpan.FromSeconds(5));
        Assert.That((a.IsWorking, b.IsWorking, a.Exited), Is.EqualTo((false, true, (DateTimeOffset?)null)));
    }

    [Test]
    public void Work_that_does_not_end_ends_the_process_before_another_may_start()
    {
        var a = Join("a", _ => new TaskCompletionSource().Task);
        Advance(TimeSpan.FromSeconds(30));
        var cutAt = a.World.Time.GetUtcNow();
        a.Line.IsCut = true;
        Advance(TimeSpan.FromSeconds(30));
        Assert.That(a.Exited, Is.Not.Null);
        Assert.That(a.Exited!.Value - cutAt, Is.LessThan(Duration));
    }

    [Test]
    public void Stopping_gives_the_lease_up_so_that_the_next_leader_need_not_wait()
    {
        var (a, b) = (Join("a"), Join("b"));
        Advance(TimeSpan.FromSeconds(30));
        a.Stop();
        Assert.That((a.IsWorking, a.HasEnded, _leases.Holder), Is.EqualTo((false, true, "")));
        Advance(TimeSpan.FromSeconds(2.5));
        Assert.That(b.IsWorking);
    }

    [Test]
    public void A_leader_that_was_killed_is_replaced_after_its_lease()
    {
        var (a, b) = (Join("a"), Join("b"));
        Advance(TimeSpan.FromSeconds(30));
        _candidates.Remove(a);
        Advance(Duration - TimeSpan.FromSeconds(4));
        Assert.That(b.IsWorking, Is.False);
        Advance(TimeSpan.FromSeconds(7));
        Assert.That(b.IsWorking);
        a.Dispose();
    }

    [Test]
    public void A_lease_seen_in_other_hands_ends_the_work_at_once()
    {
        var a = Join("a");
        Advance(TimeSpan.FromSeconds(30));
        _leases.Put("somebody");
        Advance(TimeSpan.FromSeconds(2.5));
        Assert.That((a.IsWorking, a.MayWrite, a.Exited), Is.EqualTo((false, false, (DateTimeOffset?)null)));
    }

    [Test]
    public void A_lease_deleted_by_hand_never_makes_two_leaders()
    {
        var (a, b) = (Join("a"), Join("b"));
        Advance(TimeSpan.FromSeconds(30));
        a.Line.IsCut = true;
        _leases.Delete();
        for (var i = 0; i < 600; i++)
        {
            Advance(TimeSpan.FromMilliseconds(50));
            Assert.That(a.MayWrite && b.MayWrite, Is.False, "two writers at once");
        }

        Assert.That((a.IsWorking, b.IsWorking), Is.EqualTo((false, true)));
    }

    [TestCase(-1)]
    [TestCase(1)]
    public void A_clock_that_jumps_by_a_day_moves_no_lease(int days)
    {
        var (a, b) = (Join("a"), Join("b"));
        Advance(TimeSpan.FromSeconds(30));
        foreach (var jumping in _candidates)
        {
            jumping.Clock.Off = TimeSpan.FromDays(days);
            Advance(TimeSpan.FromMinutes(1));
            Assert.That((a.IsWorking, a.MayWrite, a.Terms, b.Terms), Is.EqualTo((true, true, 1, 0)));
        }

        a.Line.IsCut = true;
        Advance(TimeSpan.FromSeconds(20));
        Assert.That((a.IsWorking, b.IsWorking), Is.EqualTo((false, true)), "and a loss is still noticed in time");
    }

    private Candidate Join(string name, Func<CancellationToken, Task>? work = null)
    {
        var candidate = new Candidate(_leases, name, work);
        _candidates.Add(candidate);
        return candidate;
    }

    /// <summary>All clocks run alike, in small steps.</summary>
    private void Advance(TimeSpan by)
    {
        for (var passed = TimeSpan.Zero; passed < by; passed += TimeSpan.FromMilliseconds(50))
        {
            _candidates.ForEach(c => c.World.Advance(TimeSpan.FromMilliseconds(50)));
        }
    }
}
