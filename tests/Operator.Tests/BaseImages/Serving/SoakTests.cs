using GemmaOperator.Api.BaseImages;
using static Operator.Tests.BaseImages.Serving.RolloutWorld;

namespace Operator.Tests.BaseImages.Serving;

/// <summary>Only what stays available for a while serves.</summary>
internal sealed class SoakTests
{
    [Test]
    public void A_new_image_serves_only_after_its_soak()
    {
        var world = new RolloutWorld(r => r).Serving(Old).With(2);
        world.Step();
        world.Deploy(New).Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Status.Rollout!.Stage.Text, Is.EqualTo("Soaking"));
            Assert.That(world.Status.ServingImage, Is.EqualTo(Old));
            Assert.That(world.Condition("Ready"), Is.EqualTo("True Serving"));
            Assert.That(world.Decision.NextLook, Is.EqualTo(A.Morning.AddMinutes(10)));
        }

        world.Wait(TimeSpan.FromMinutes(9)).Step();
        Assert.That(world.Status.ServingImage, Is.EqualTo(Old));
        world.Wait(TimeSpan.FromMinutes(1)).Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Status.ServingImage, Is.EqualTo(New));
            Assert.That(world.Status.PreviousImage, Is.EqualTo(Old));
            Assert.That(world.Status.Rollout!.SoakStartTime, Is.Null);
            Assert.That(world.Condition("Reconciling"), Is.Null);
        }
    }

    [Test]
    public void A_changed_spec_is_Ready_after_its_soak()
    {
        var world = new RolloutWorld(r => r).Serving(Old).With(2, A.Inputs("i2"));
        world.Deploy(New).Step();
        Assert.That(world.Condition("Ready"), Is.EqualTo("False RolloutInProgress"));
        world.Wait(TimeSpan.FromMinutes(10)).Step();
        Assert.That(world.Condition("Ready"), Is.EqualTo("True Serving"));
    }

    [Test]
    public void A_break_in_the_soak_starts_it_anew()
    {
        var world = new RolloutWorld(r => r).Serving(Old).With(2).Deploy(New);
        world.Step();
        world.Wait(TimeSpan.FromMinutes(6)).Deploy(New, available: 0).Step();
        Assert.That(world.Status.Rollout!.Stage.Text, Is.EqualTo("Faltering"));
        world.Wait(TimeSpan.FromMinutes(2)).Deploy(New).Step();
        world.Wait(TimeSpan.FromMinutes(5)).Step();
        Assert.That(world.Status.ServingImage, Is.EqualTo(Old), "ten minutes without a break");
        world.Wait(TimeSpan.FromMinutes(5)).Step();
        Assert.That(world.Status.ServingImage, Is.EqualTo(New));
    }

    [Test]
    public void Without_a_soak_time_the_first_moment_counts()
    {
        var world = new RolloutWorld(r => r with { Rollback = new RollbackSpec { SoakTime = "0s" } })
            .Serving(Old)
            .With(2)
            .Deploy(New);
        world.Step();
        Assert.That(world.Status.ServingImage, Is.EqualTo(New));
    }
}
