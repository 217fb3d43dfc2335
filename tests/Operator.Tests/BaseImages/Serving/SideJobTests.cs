using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Workloads;
using k8s.Models;
using static Operator.Tests.BaseImages.Serving.RolloutWorld;

namespace Operator.Tests.BaseImages.Serving;

/// <summary>Pulls and smoke tests are over when their own container is, and fit into what a namespace allows.</summary>
internal sealed class SideJobTests
{
    [Test]
    public void A_pull_that_a_sidecar_holds_open_is_done_and_its_Job_is_ended_once_that_is_recorded()
    {
        var world = new RolloutWorld(r => r with { PrePull = new PrePullSpec() }) { Nodes = ["n1", "n2"] }
            .Serving(Old)
            .With(2);
        world.Step();
        world.Pulling("n1", null).Pulling("n2", null).HoldOpen("n1").Step();
        Assert.That(
            (world.Status.Rollout!.PrePull!.Done, world.Ended),
            Is.EqualTo((new[] { "n1" }, Array.Empty<string>()))
        );
        world.Step();
        Assert.That(world.Ended, Has.Length.EqualTo(1));
        world.WithoutJob(world.Ended[0]).Step();
        Assert.That(world.Pull!.Start, Is.Empty, "it isn't pulled there again");
        world.Pulling("n2", "Complete");
        Assert.That(world.Step(), Is.EqualTo(New));
    }

    [Test]
    public void A_pull_whose_pod_nobody_takes_says_so()
    {
        var world = new RolloutWorld(r => r with { PrePull = new PrePullSpec() }).Serving(Old).With(2);
        world.Step();
        world.Pulling("n1", null);
        var job = PullJob.Name(A.BaseImage(), New, "n1");
        world.Tell("FailedCreate", "exceeded quota: pods", job).Step();
        Assert.That(world.Message("Reconciling"), Does.Contain("on n1: exceeded quota: pods"));
    }

    [Test]
    public void A_smoke_test_that_a_sidecar_holds_open_has_passed_and_is_ended_once_that_is_recorded()
    {
        var world = Soaking();
        world.Ask(Report, condition: null).HoldOpen().Step();
        Assert.That((world.Status.ServingImage, world.Ended), Is.EqualTo((Old, Array.Empty<string>())));
        world.Step();
        Assert.That(world.Ended, Has.Length.EqualTo(1), "it is in the status now");
    }

    [Test]
    public void A_smoke_test_without_an_answer_that_a_sidecar_holds_open_is_ended_and_made_again()
    {
        var world = Soaking();
        world.Ask("unreachable", condition: null).HoldOpen(exitCode: 3).Step();
        Assert.That(world.Ended, Has.Length.EqualTo(1));
        Assert.That(world.Message("Reconciling"), Does.Contain("came to no answer, through no fault of the image's"));
        Assert.That(world.Status.RejectedDigests, Is.Null);
        world.Forget().Step();
        Assert.That(((RolloutProof.Soaking)world.Proof!).Test, Is.TypeOf<SmokeTest.Due>());
    }

    [Test]
    public void Their_pods_have_limits_and_ask_for_no_more_than_the_served_pod()
    {
        var small = SideJobResources.Beside(null);
        var bounded = SideJobResources.Beside(
            new V1ResourceRequirements
            {
                Limits = new Dictionary<string, ResourceQuantity>
                {
                    ["cpu"] = new("5m"),
                    ["nvidia.com/gpu"] = new("1"),
                },
                Requests = new Dictionary<string, ResourceQuantity> { ["memory"] = new("16Mi") },
            }
        );
        using (Assert.EnterMultipleScope())
        {
            foreach (var name in new[] { "cpu", "memory", "ephemeral-storage" })
            {
                Assert.That(small.Requests[name].ToDecimal(), Is.LessThan(small.Limits[name].ToDecimal()), name);
            }

            Assert.That(bounded.Limits, Does.Not.ContainKey("nvidia.com/gpu"));
            Assert.That(
                (bounded.Limits["cpu"].ToString(), bounded.Requests["cpu"].ToString()),
                Is.EqualTo(("5m", "5m"))
            );
            Assert.That(bounded.Requests["memory"].ToString(), Is.EqualTo("16Mi"));
        }
    }

    private static string Report => $$"""{"v":1,"digest":"{{DigestOfTarget}}","ok":true,"answered":true,"detail":""}""";

    private static RolloutWorld Soaking()
    {
        var world = new RolloutWorld(r => r with { SmokeTest = new SmokeTestSpec() }).Serving(Old).With(2).Deploy(New);
        world.Step();
        return world;
    }
}
