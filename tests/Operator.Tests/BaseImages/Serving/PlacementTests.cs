using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Serving;
using static Operator.Tests.BaseImages.Serving.RolloutWorld;

namespace Operator.Tests.BaseImages.Serving;

/// <summary>A pod that finds no GPU, or that nobody may make, says nothing about its image.</summary>
internal sealed class PlacementTests
{
    [Test]
    public void An_image_whose_pod_finds_no_GPU_in_its_soak_is_not_given_up()
    {
        var world = Soaking().Deploy(New, available: 0).Place(null);
        world.Step();
        world.Wait(TimeSpan.FromHours(9)).Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Status.RejectedDigests, Is.Null);
            Assert.That(world.Status.Rollout!.Stage.Text, Is.EqualTo("Waiting"));
            Assert.That(world.Condition("Available"), Is.EqualTo("False WaitingForGPU"));
            Assert.That(world.Message("Reconciling"), Does.Contain("Insufficient nvidia.com/gpu"));
        }

        world.Place("n2").Step();
        Assert.That(world.Proof, Is.TypeOf<RolloutProof.Waiting>(), "it may be pulled for hours");
        world.Start().Step();
        Assert.That(world.Proof, Is.TypeOf<RolloutProof.Faltering>());
        world.Wait(TimeSpan.FromMinutes(29)).Step();
        Assert.That(world.Status.RejectedDigests, Is.Null, "its startup time begins when its server starts");
        world.Wait(TimeSpan.FromMinutes(1)).Step();
        Assert.That(world.Status.RejectedDigests, Is.EqualTo(new[] { New.Digest }), "and is all that it gets");
    }

    [Test]
    public void After_a_wait_for_a_GPU_the_soak_begins_anew()
    {
        var world = Soaking().Deploy(New, available: 0).Place(null).Wait(TimeSpan.FromHours(1));
        world.Step();
        world.Deploy(New).Step();
        world.Wait(TimeSpan.FromMinutes(9)).Step();
        Assert.That(world.Status.ServingImage, Is.EqualTo(Old));
        world.Wait(TimeSpan.FromMinutes(1)).Step();
        Assert.That(world.Status.ServingImage, Is.EqualTo(New));
    }

    [Test]
    public void A_deadline_that_passes_without_a_GPU_is_told_and_rejects_nothing()
    {
        var world = new RolloutWorld(r => r).Serving(Old).With(2).Deploy(New, available: 0).Place(null).Exceed();
        Assert.That(world.Step(), Is.EqualTo(New));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Status.RejectedDigests, Is.Null);
            Assert.That(world.Condition("Ready"), Is.EqualTo("False RolloutFailed"));
            Assert.That(
                world.Message("Ready"),
                Does.Contain("isn't scheduled: 0/1 nodes are available: 1 Insufficient nvidia.com/gpu")
            );
        }

        Assert.That(world.Step(), Is.EqualTo(New), "the old one would find no GPU either");
        world.Deploy(New).Step();
        Assert.That(world.Status.Rollout!.Stage.Text, Is.EqualTo("Soaking"), "and it goes on when there is one");
    }

    [Test]
    public void A_pod_that_finds_its_GPU_after_the_deadline_gets_its_startup_time()
    {
        var world = new RolloutWorld(r => r).Serving(Old).With(2).Deploy(New, available: 0).Place(null).Exceed();
        world.Step();
        world.Place("n2").Start().Step();
        Assert.That(world.Status.RejectedDigests, Is.Null, "the Deployment still says that the deadline has passed");
        Assert.That(world.Decision.NextLook, Is.EqualTo(A.Morning.AddMinutes(30)));
        world.Wait(TimeSpan.FromMinutes(30)).Step();
        Assert.That(world.Status.RejectedDigests, Is.EqualTo(new[] { New.Digest }));
    }

    [Test]
    public void A_pod_that_was_evicted_says_nothing_of_its_successor()
    {
        var world = Soaking().Deploy(New, available: 0).Place(null).Evicted(New);
        world.Step();
        world.Wait(TimeSpan.FromHours(9)).Step();
        Assert.That(world.Status.RejectedDigests, Is.Null);
        Assert.That(world.Proof, Is.TypeOf<RolloutProof.Waiting>());
    }

    [Test]
    public void A_quota_that_refuses_the_pods_is_told_and_rejects_nothing()
    {
        var world = Soaking().Deploy(New, available: 0).Refuse("pods \"gemma-x\" is forbidden: exceeded quota: gpus");
        world.Step();
        world.Wait(TimeSpan.FromHours(2)).Exceed().Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Status.RejectedDigests, Is.Null);
            Assert.That(world.Message("Ready"), Does.Contain("exceeded quota: gpus"));
            Assert.That(world.Condition("Available"), Is.EqualTo("False PodsRefused"));
        }
    }

    [Test]
    public void A_Deployment_that_its_controller_has_not_seen_yet_is_no_break_in_the_soak()
    {
        var world = Soaking().Wait(TimeSpan.FromMinutes(6)).Unobserved();
        world.Step();
        Assert.That(world.Status.Rollout!.SoakStartTime, Is.EqualTo(A.Morning));
        world.Deploy(New).Wait(TimeSpan.FromMinutes(4)).Step();
        Assert.That(world.Status.ServingImage, Is.EqualTo(New));
    }

    [Test]
    public void The_way_back_takes_the_GPU_of_what_failed_whatever_the_strategy()
    {
        var world = new RolloutWorld(r => r with { Strategy = RolloutStrategy.Surge }).Serving(Old).With(2);
        world.Step();
        Assert.That(
            world.Desired.Spec.Strategy.RollingUpdate.MaxSurge.Value,
            Is.EqualTo("1"),
            "what serves is not given up for what may not"
        );
        world.Deploy(New).Step();
        world.Deploy(New, available: 0, restarts: 3).Step();
        Assert.That(world.Step(), Is.EqualTo(Old));
        Assert.That(world.Desired.Spec.Strategy.RollingUpdate.MaxSurge.Value, Is.EqualTo("0"));
    }

    [Test]
    public void A_pin_takes_the_GPU_of_what_does_not_answer_until_it_answers_itself()
    {
        var world = new RolloutWorld(r => r with { Strategy = RolloutStrategy.Surge, PinnedBuild = Old.Build! })
            .Serving(Old)
            .With(2)
            .Deploy(New, available: 0);
        Assert.That(world.Step(), Is.EqualTo(Old));
        Assert.That(MaxSurge(world), Is.EqualTo("0"));
        world.Deploy(Old, available: 0).Step();
        Assert.That(MaxSurge(world), Is.EqualTo("0"), "or the Deployment would wait for a second GPU after all");
        world.Deploy(Old).Step();
        Assert.That(MaxSurge(world), Is.EqualTo("1"));
    }

    [TestCase(1)]
    [TestCase(120)]
    public void A_pod_that_takes_the_GPU_of_its_predecessor_warns_of_none(int secondsOfDrain)
    {
        var world = new RolloutWorld(r => r).Serving(Old).With(2);
        world.Step();
        world.CarryOutBeside(available: 0).Unschedule().Step();
        world.EndOthers(areGone: false).Step();
        world.Wait(TimeSpan.FromSeconds(secondsOfDrain)).EndOthers(areGone: true).Step();
        Assert.That(
            (world.Condition("Available"), world.NextLook),
            Is.EqualTo(("False ModelLoading", A.Morning.AddSeconds(secondsOfDrain + 30))),
            "the scheduler hasn't looked again"
        );
        world.Wait(TimeSpan.FromSeconds(1)).CarryOut().Step();
        Assert.That(world.Told.Where(t => t.IsWarning), Is.Empty);
    }

    [Test]
    public void A_pod_that_finds_no_GPU_says_so_at_once_and_warns_of_it_once()
    {
        var world = new RolloutWorld(r => r with { Strategy = RolloutStrategy.Surge })
            .Serving(Old)
            .With(2)
            .Deploy(New, available: 0)
            .Unschedule();
        world.Step();
        Assert.That(world.Condition("Available"), Is.EqualTo("False WaitingForGPU"));
        Assert.That(world.Message("Available"), Does.Contain("Insufficient nvidia.com/gpu"));
        Assert.That(world.Message("Reconciling"), Does.Contain("Insufficient nvidia.com/gpu"));
        world.Wait(TimeSpan.FromSeconds(30)).Step();
        world.Wait(TimeSpan.FromSeconds(30)).Step();
        Assert.That(world.Told.Where(t => t.IsWarning).Select(t => t.Reason), Is.EqualTo(new[] { "WaitingForGPU" }));
    }

    private static string MaxSurge(RolloutWorld world) => world.Desired.Spec.Strategy.RollingUpdate.MaxSurge.Value;

    private static RolloutWorld Soaking()
    {
        var world = new RolloutWorld(r => r).Serving(Old).With(2).Deploy(New);
        world.Step();
        return world;
    }
}
