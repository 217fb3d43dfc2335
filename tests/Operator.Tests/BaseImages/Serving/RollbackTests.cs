using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using static Operator.Tests.BaseImages.Serving.RolloutWorld;

namespace Operator.Tests.BaseImages.Serving;

/// <summary>What turns bad is given up, and what served before comes back.</summary>
internal sealed class RollbackTests
{
    [Test]
    public void An_image_that_does_not_come_back_in_its_soak_is_given_up()
    {
        var world = new RolloutWorld(r => r).Serving(Old).With(2).Deploy(New);
        world.Step();
        world.Deploy(New, available: 0).Step();
        world.Wait(TimeSpan.FromMinutes(29)).Step();
        Assert.That(world.Status.RejectedDigests, Is.Null, "a pod of a drained node may take its whole startup time");
        world.Wait(TimeSpan.FromMinutes(1)).Step();
        RolledBack(world, "weren't for 30 minutes");
    }

    [Test]
    public void An_image_that_was_given_up_does_not_run_on_while_a_newer_one_waits()
    {
        RolloutSpec[] Waits(RolloutSpec r) =>
            [
                r with
                {
                    Approval = RolloutApproval.Manual,
                },
                r with
                {
                    Window = new WindowSpec { Schedule = "0 2 * * *", Duration = "5m" },
                },
                r with
                {
                    PrePull = new PrePullSpec(),
                },
            ];
        for (var kind = 0; kind < 3; kind++)
        {
            var world = new RolloutWorld(r => Waits(r)[kind])
                .Serving(Old)
                .With(2)
                .Deploy(New, available: 0, restarts: 3);
            world.Step();
            Assert.That(world.Status.RejectedDigests, Is.EqualTo(new[] { New.Digest }));
            world.With(3);
            Assert.That(world.Step(), Is.EqualTo(Old), "approval, window or pre-pull: the good one comes back first");
        }
    }

    [TestCase(0)]
    [TestCase(5)]
    public void A_crash_loop_is_given_up_long_before_the_deadline(int minutesOfSoak)
    {
        var world = new RolloutWorld(r => r).Serving(Old).With(2).Deploy(New);
        if (minutesOfSoak > 0)
        {
            world.Step();
            world.Wait(TimeSpan.FromMinutes(minutesOfSoak));
        }

        world.Deploy(New, available: 0, restarts: 2).Step();
        Assert.That(world.Status.RejectedDigests ?? [], Is.Empty, "it may be chance");
        world.Deploy(New, available: 0, restarts: 3).Step();
        RolledBack(world, "crashed 3 times, last with exit code 139");
    }

    [Test]
    public void A_crash_after_the_soak_or_of_the_pinned_image_is_nobody_s_rollout()
    {
        var proven = new RolloutWorld(r => r).Serving(Old).With(1).Deploy(Old, available: 0, restarts: 9);
        proven.Step();
        var pinned = new RolloutWorld(r => r with { PinnedBuild = New.Build! })
            .Serving(Old)
            .With(2)
            .Deploy(New, available: 0, restarts: 9);
        pinned.Step();
        Assert.That(
            (proven.Status.RejectedDigests, pinned.Status.RejectedDigests),
            Is.EqualTo(((IReadOnlyList<string>?)null, (IReadOnlyList<string>?)null))
        );
        Assert.That(pinned.Condition("Ready"), Is.EqualTo("False RolloutFailed"));
    }

    [Test]
    public void An_image_that_makes_no_progress_is_given_up_at_the_deadline()
    {
        var world = new RolloutWorld(r => r).Serving(Old).With(2).Deploy(New, available: 0);
        world.Step();
        Assert.That(world.Status.RejectedDigests, Is.Null);
        world.Exceed().Step();
        RolledBack(world, "it made no progress within 60m");
    }

    [Test]
    public void Without_automatic_rollback_a_failure_is_told_and_stays()
    {
        var world = new RolloutWorld(r => r with { Rollback = new RollbackSpec { Automatic = false } })
            .Serving(Old)
            .With(2)
            .Deploy(New, available: 0)
            .Exceed();
        world.Step();
        Assert.That(world.Step(), Is.EqualTo(New));
        Assert.That(world.Condition("Ready"), Is.EqualTo("False RolloutFailed"));
        Assert.That(world.With(3).Step(), Is.Not.EqualTo(New), "a newer image takes its place");
    }

    [Test]
    public void A_Deployment_that_somebody_deletes_comes_back_with_the_same_image()
    {
        var world = new RolloutWorld(r => r).Serving(Old).Delete();
        Assert.That(world.Step(), Is.EqualTo(Old));
        var soaking = new RolloutWorld(r => r).Serving(Old).With(2).Deploy(New);
        soaking.Step();
        Assert.That(soaking.Delete().Step(), Is.EqualTo(New));
        soaking.Deploy(New).Step();
        Assert.That(soaking.Status.ServingImage, Is.EqualTo(Old), "and soaks anew");
    }

    [Test]
    public void What_came_back_is_not_given_up_when_it_has_gone_from_the_registry()
    {
        var world = new RolloutWorld(r => r).Serving(Old).With(2).Deploy(New, restarts: 3, available: 0);
        world.Step();
        world.Deploy(Old, available: 0).Exceed().Wait(TimeSpan.FromHours(2)).Step();
        Assert.That(world.Step(), Is.EqualTo(Old), "there is nothing better");
        Assert.That(world.Status.RejectedDigests, Is.EqualTo(new[] { New.Digest }));
        Assert.That(world.Condition("Stalled"), Is.EqualTo("True RolledBack"));
        Assert.That(world.With(3).Step(), Is.Not.EqualTo(Old), "but a new build");
    }

    private static void RolledBack(RolloutWorld world, string why)
    {
        Assert.That(world.Status.RejectedDigests, Is.EqualTo(new[] { New.Digest }));
        Assert.That(world.Step(), Is.EqualTo(Old));
        world.Deploy(Old).Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Condition("Stalled"), Is.EqualTo("True RolledBack"));
            Assert.That(world.Message("Stalled"), Does.Contain(why));
            Assert.That(world.Status.ServingImage, Is.EqualTo(Old));
        }

        Assert.That(world.Step(), Is.EqualTo(Old), "and it stays so");
    }
}
