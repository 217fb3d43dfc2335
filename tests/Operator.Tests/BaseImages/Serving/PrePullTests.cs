using GemmaOperator.Api.BaseImages;
using static Operator.Tests.BaseImages.Serving.RolloutWorld;

namespace Operator.Tests.BaseImages.Serving;

/// <summary>A new image is on the nodes before pods are replaced.</summary>
internal sealed class PrePullTests
{
    private static RolloutSpec Pulled(RolloutSpec rollout) => rollout with { PrePull = new PrePullSpec() };

    [Test]
    public void A_new_image_is_on_the_nodes_before_pods_are_replaced()
    {
        var world = new RolloutWorld(Pulled) { Nodes = ["n1", "n2", "n3", "n4"] }
            .Serving(Old)
            .With(2);
        Assert.That(world.Step(), Is.EqualTo(Old));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Pull!.Start, Is.EqualTo(new[] { "n1", "n2", "n3" }), "three at a time");
            Assert.That(world.Pull.Image, Is.EqualTo(New));
            Assert.That(world.Condition("Ready"), Is.EqualTo("True Serving"));
            Assert.That(world.Condition("Reconciling"), Is.EqualTo("True PrePulling"));
        }

        world.Pulling("n1", null).Pulling("n2", "Complete").Pulling("n3", "Failed").Step();
        Assert.That(world.Pull!.Start, Is.EqualTo(new[] { "n4" }));
        Assert.That(world.Decision.NextLook, Is.EqualTo(A.Morning.AddMinutes(30)));
        world.Pulling("n1", "Complete").Pulling("n4", "Complete");
        Assert.That(world.Step(), Is.EqualTo(New), "a pull that failed isn't waited for: the rollout will say why");
    }

    [Test]
    public void A_pull_that_takes_too_long_is_not_waited_for()
    {
        var world = new RolloutWorld(Pulled) { Nodes = ["n1"] }
            .Serving(Old)
            .With(2)
            .Pulling("n1", null);
        Assert.That(world.Step(), Is.EqualTo(Old));
        Assert.That(world.Wait(TimeSpan.FromMinutes(30)).Step(), Is.EqualTo(New));
    }

    [Test]
    public void Pulls_that_nobody_may_make_do_not_hold_a_rollout_for_ever()
    {
        var world = new RolloutWorld(Pulled).Serving(Old).With(2);
        world.Step();
        Assert.That(world.Wait(TimeSpan.FromMinutes(29)).Step(), Is.EqualTo(Old));
        Assert.That(world.Status.Rollout!.PrePull!.StartTime, Is.EqualTo(A.Morning));
        Assert.That(world.Wait(TimeSpan.FromMinutes(1)).Step(), Is.EqualTo(New));
    }

    [Test]
    public void Nothing_is_pulled_ahead_when_it_is_switched_off_or_for_a_pin()
    {
        var off = new RolloutWorld(r => Pulled(r) with { PrePull = new PrePullSpec { Enabled = false } })
        {
            Nodes = ["n1"],
        }
            .Serving(Old)
            .With(2);
        var pinned = new RolloutWorld(r => Pulled(r) with { PinnedBuild = New.Build! }) { Nodes = ["n1"] }
            .Serving(Old)
            .With(2);
        Assert.That((off.Step(), pinned.Step()), Is.EqualTo((New, New)));
    }
}
