using static Operator.Tests.BaseImages.Serving.RolloutWorld;

namespace Operator.Tests.BaseImages.Serving;

/// <summary>
/// A build that a person names is served, whatever automation would do; one that isn't there is told.
/// </summary>
internal sealed class PinTests
{
    [Test]
    public void A_pin_goes_back_past_what_is_newer_and_automation_respects_it()
    {
        var world = new RolloutWorld(r => r with { PinnedBuild = Old.Build! }).Serving(New).With(2).With(3);
        Assert.That(world.Step(), Is.EqualTo(Old));
        world.Deploy(Old).Step();
        Assert.That((world.Status.ServingImage, world.Status.PreviousImage), Is.EqualTo((Old, New)));
        Assert.That(world.With(4).Step(), Is.EqualTo(Old));
    }

    [Test]
    public void A_pin_serves_even_what_was_rejected()
    {
        var world = new RolloutWorld(r => r).Serving(Old).With(2).Deploy(New, restarts: 3, available: 0);
        world.Step();
        Assert.That(world.Status.RejectedDigests, Is.EqualTo(new[] { New.Digest }));
        Assert.That(world.Edit(r => r with { PinnedBuild = New.Build! }).Step(), Is.EqualTo(New));
        world.Step();
        Assert.That(world.Condition("Stalled"), Is.Null);
    }

    [Test]
    public void A_pin_in_the_soak_ends_it()
    {
        var world = new RolloutWorld(r => r).Serving(Old).With(2).Deploy(New);
        world.Step();
        Assert.That(world.Edit(r => r with { PinnedBuild = Old.Build! }).Step(), Is.EqualTo(Old));
        world.Deploy(Old).Step();
        Assert.That(world.Status.ServingImage, Is.EqualTo(Old));
        Assert.That(world.Status.Rollout!.Digest, Is.Null);
    }

    [TestCase("gemma-b9")]
    [TestCase("somebody-else-b1")]
    public void A_pin_to_what_is_not_there_is_refused_by_name_and_what_serves_serves(string pinned)
    {
        var world = new RolloutWorld(r => r with { PinnedBuild = pinned }).Serving(Old).With(2);
        Assert.That(world.Step(), Is.Null, "the Deployment is left alone");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Condition("Stalled"), Is.EqualTo("True InvalidSpec"));
            Assert.That(
                world.Message("Stalled"),
                Is.EqualTo(
                    $"spec.rollout.pinnedBuild: there is no successful build '{pinned}' with an application "
                        + "image; choose one of gemma-b2, gemma-b1, or empty it"
                )
            );
            Assert.That(world.Condition("Ready"), Is.EqualTo("False RolloutFailed"));
            Assert.That(world.Condition("Available"), Is.EqualTo("True MinimumReplicasAvailable"));
        }

        Assert.That(world.Edit(r => r with { PinnedBuild = "" }).Step(), Is.EqualTo(New));
        Assert.That(world.Condition("Stalled"), Is.Null);
    }

    [Test]
    public void A_pin_to_a_build_that_runs_waits_for_it()
    {
        var world = new RolloutWorld(r => r with { PinnedBuild = New.Build! }).Serving(Old).Running(2);
        Assert.That(world.Step(), Is.Null);
        Assert.That(world.Condition("Stalled"), Is.Null);
        Assert.That(world.With(2).Step(), Is.EqualTo(New));
    }

    [Test]
    public void A_suspension_in_the_soak_lets_it_end_and_still_goes_back()
    {
        var world = new RolloutWorld(r => r).Serving(Old).With(2).Deploy(New);
        world.Step();
        world.Suspend().With(3).Wait(TimeSpan.FromMinutes(10));
        Assert.That(world.Step(), Is.EqualTo(New), "not the newest");
        Assert.That(world.Status.ServingImage, Is.EqualTo(New));

        var bad = new RolloutWorld(r => r).Serving(Old).With(2).Deploy(New);
        bad.Step();
        bad.Suspend().Deploy(New, available: 0, restarts: 3).Step();
        Assert.That(bad.Step(), Is.EqualTo(Old));
    }
}
