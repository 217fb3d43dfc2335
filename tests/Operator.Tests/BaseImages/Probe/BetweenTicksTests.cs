using GemmaOperator.Api.Patching;
using GemmaOperator.BaseImages.Freshness;
using static Operator.Tests.BaseImages.Probe.ProbeWorld;

namespace Operator.Tests.BaseImages.Probe;

/// <summary>
/// Questions between ticks stand in the way of nothing, and what was built for isn't built for again.
/// </summary>
internal sealed class BetweenTicksTests
{
    [Test]
    public void A_question_hides_no_tick()
    {
        var world = new ProbeWorld(t => t with { Interval = "1h" }) { Now = Tick.AddMinutes(-5) };
        var asking = world.Step();
        Assert.That(asking, Is.InstanceOf<ImageDecision.AskPackages>());
        Assert.That(asking.NextLook, Is.EqualTo(Tick));
        world.Now = Tick;
        world.Step();
        Assert.That(world.Status!.Asking!.Tick, Is.EqualTo(Tick), "it is asked for the tick now");
    }

    [Test]
    public void A_list_that_a_build_was_made_for_is_not_built_for_again_whatever_came_between()
    {
        var world = new ProbeWorld { Now = A.Morning.AddDays(1).AddHours(1) };
        world.Builds = [Listed(A.Build(1, created: A.Morning).Succeeded())];
        world.Image = world.Image with { Spec = world.Image.Spec! with { Schedule = "" } };
        world.Ask(Moved());
        Publish(world);
        // Another build, for another reason.
        world.Now = world.Now.AddHours(1);
        world.Builds = [Listed(A.Build(3, created: world.Now).Succeeded()), .. world.Builds];
        world.Now = world.Now.AddDays(2);
        world.Ask(Moved(build: 3));
        Assert.That(world.Step(), Is.InstanceOf<ImageDecision.Settled>());
    }

    [Test]
    public void A_list_that_only_a_patch_was_made_for_is_built_for_once_more_and_then_no_more()
    {
        var world = new ProbeWorld { Now = A.Morning.AddDays(1).AddHours(1) };
        world.Builds = [Listed(A.Build(1, created: A.Morning).Succeeded())];
        world.Image = world.Image with { Spec = world.Image.Spec! with { Schedule = "" } };
        world.Ask(Moved());
        Publish(world, isPatch: true);
        world.Now = world.Now.AddDays(2);
        world.Ask(Moved(build: 2));
        Publish(world);
        world.Now = world.Now.AddDays(2);
        world.Ask(Moved(build: 3));
        Assert.That(world.Step(), Is.InstanceOf<ImageDecision.Settled>());
    }

    private static void Publish(ProbeWorld world, bool isPatch = false)
    {
        var build = ((ImageDecision.StartBuild)world.Step()).Build;
        build = build with { Spec = build.Spec! with { Patch = isPatch ? new BuildPatch() : null } };
        build.Metadata.CreationTimestamp = world.Now;
        world.Builds = [Listed(build.Succeeded()), .. world.Builds];
        world.Step();
    }
}
