using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Pods;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Serving;
using k8s.Models;
using static Operator.Tests.BaseImages.Serving.RolloutWorld;

namespace Operator.Tests.BaseImages.Serving;

/// <summary>A new image answers one request before it counts as serving.</summary>
internal sealed class SmokeTestTests
{
    private static RolloutSpec Asked(RolloutSpec rollout) => rollout with { SmokeTest = new SmokeTestSpec() };

    [Test]
    public void The_soak_ends_only_when_the_request_is_answered()
    {
        var world = Soaking();
        Assert.That(world.Proof, Is.TypeOf<RolloutProof.Soaking>().With.Property("Test").TypeOf<SmokeTest.Due>());
        world.Ask(null).Wait(TimeSpan.FromMinutes(10)).Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Status.ServingImage, Is.EqualTo(Old));
            Assert.That(
                world.Condition("Ready"),
                Is.EqualTo("True Serving"),
                "it is a refresh and its pods are available"
            );
            Assert.That(world.Message("Reconciling"), Does.Contain("sends it a request (/v1/completions)"));
        }

        world.Ask(Report(ok: true)).Step();
        Assert.That(world.Status.ServingImage, Is.EqualTo(New));
    }

    [Test]
    public void A_passed_test_is_not_repeated_though_its_Job_is_gone_and_pods_come_anew()
    {
        var world = Soaking().Ask(Report(ok: true));
        world.Step();
        Assert.That(world.Status.Rollout!.SmokeTest!.Result, Is.EqualTo(SmokeTestResult.Passed));
        world.Forget().ReplacePods("pod-of-another-node").Deploy(New, available: 0).Step();
        world.Deploy(New).Wait(TimeSpan.FromMinutes(1)).Step();
        world.Wait(TimeSpan.FromMinutes(10)).Step();
        Assert.That(world.Status.ServingImage, Is.EqualTo(New));
    }

    [Test]
    public void A_failed_test_in_the_soak_goes_back()
    {
        var world = Soaking().Ask(Report(ok: false, detail: "it answered 500: CUDA error"));
        world.Step();
        Assert.That(world.Status.RejectedDigests, Is.EqualTo(new[] { New.Digest }));
        Assert.That(world.Forget().Step(), Is.EqualTo(Old));
        world.Deploy(Old).Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Condition("Stalled"), Is.EqualTo("True RolledBack"));
            Assert.That(world.Message("Stalled"), Does.Contain("its smoke test failed: it answered 500: CUDA error"));
            Assert.That(world.Status.ServingImage, Is.EqualTo(Old));
            Assert.That(world.Status.Rollout!.SmokeTest, Is.Null, "the image that came back isn't asked again");
        }
    }

    [Test]
    public void A_pod_that_was_taken_away_under_the_request_is_not_the_image_s_fault()
    {
        var world = Soaking().Ask(Report(ok: false, answered: false)).ReplacePods("another");
        world.Step();
        Assert.That(world.Status.RejectedDigests, Is.Null);
        Assert.That(
            ((RolloutProof.Soaking)world.Proof!).Test,
            Is.TypeOf<SmokeTest.Due>().With.Property("Pod").Property("Metadata").Property("Uid").EqualTo("another")
        );
    }

    [Test]
    public void A_pod_that_is_there_and_does_not_answer_is()
    {
        var world = Soaking().Ask(Report(ok: false, answered: false, detail: "it gave no answer"));
        world.Step();
        Assert.That(world.Status.RejectedDigests, Is.EqualTo(new[] { New.Digest }));
    }

    [Test]
    public void A_request_without_an_answer_is_the_image_s_with_a_sidecar_of_the_spec_too()
    {
        var logs = new ServedContainer { Name = "logs", Image = "registry.example/logs:1" };
        var world = new RolloutWorld(r => r with { SmokeTest = new(), Server = r.Server with { Sidecars = [logs] } })
            .Serving(Old)
            .With(2)
            .Deploy(New);
        world.Change(p => p.Spec.Containers = [.. p.Spec.Containers, new V1Container { Name = "logs" }]);
        world.Step();
        world
            .Ask($$"""{"v":1,"digest":"{{DigestOfTarget}}","ok":false,"answered":false,"detail":"connection reset"}""")
            .Step();
        Assert.That(world.Status.RejectedDigests, Is.Not.Null);
    }

    [Test]
    public void A_Job_without_an_answer_holds_the_rollout_and_is_made_again_when_it_is_gone()
    {
        var world = Soaking().Ask(null, "Failed");
        world.Wait(TimeSpan.FromMinutes(10)).Step();
        Assert.That(
            (world.Status.ServingImage, world.Status.RejectedDigests),
            Is.EqualTo((Old, (IReadOnlyList<string>?)null))
        );
        Assert.That(world.Message("Reconciling"), Does.Contain("came to no answer, through no fault of the image's"));
        world.Forget().Step();
        Assert.That(((RolloutProof.Soaking)world.Proof!).Test, Is.TypeOf<SmokeTest.Due>());
    }

    [Test]
    public void A_report_may_come_a_little_after_its_Job_s_end()
    {
        var world = Soaking().Ask("cut off {", "Complete");
        world.Step();
        Assert.That(world.Decision.NextLook, Is.EqualTo(A.Morning.AddSeconds(15)));
    }

    [Test]
    public void The_first_image_is_asked_too_and_has_nothing_to_go_back_to()
    {
        var world = new RolloutWorld(Asked).With(1);
        world.Step();
        world.Deploy(Old).Step();
        Assert.That(world.Condition("Ready"), Is.EqualTo("False RolloutInProgress"));
        world.Ask(Report(ok: false, detail: "it answered 404")).Step();
        for (var i = 0; i < 3; i++)
        {
            Assert.That(world.Step(), Is.EqualTo(Old));
            Assert.That(world.Condition("Ready"), Is.EqualTo("False RolloutFailed"));
            Assert.That(world.Message("Ready"), Does.Contain("it answered 404"));
            Assert.That(world.Status.RejectedDigests, Is.Null);
            world.Forget().Wait(TimeSpan.FromMinutes(11));
        }
    }

    [Test]
    public void A_pinned_image_is_asked_and_never_taken_from_the_person_who_pinned_it()
    {
        var world = new RolloutWorld(r => Asked(r) with { PinnedBuild = New.Build! }).Serving(Old).With(2).Deploy(New);
        world.Step();
        world.Ask(Report(ok: false)).Step();
        Assert.That(world.Step(), Is.EqualTo(New));
        Assert.That(world.Condition("Ready"), Is.EqualTo("False RolloutFailed"));
    }

    [Test]
    public void Nobody_is_asked_while_no_pods_are_wanted_and_nothing_counts_as_proved()
    {
        var world = Soaking().Scale(0).Wait(TimeSpan.FromHours(1));
        world.Step();
        Assert.That(world.Status.ServingImage, Is.EqualTo(Old));
        Assert.That(world.Proof, Is.TypeOf<RolloutProof.Waiting>());
        Assert.That(
            (world.Condition("Ready"), world.Condition("Reconciling")),
            Is.EqualTo(("True Serving", (string?)null)),
            "nobody works on it"
        );
    }

    private static RolloutWorld Soaking()
    {
        var world = new RolloutWorld(Asked).Serving(Old).With(2).Deploy(New);
        world.Step();
        return world;
    }

    private static string Report(bool ok, bool answered = true, string detail = "") =>
        new System.Text.Json.Nodes.JsonObject
        {
            ["v"] = 1,
            ["digest"] = DigestOfTarget,
            ["ok"] = ok,
            ["answered"] = answered,
            ["detail"] = detail,
        }.ToJsonString();
}
