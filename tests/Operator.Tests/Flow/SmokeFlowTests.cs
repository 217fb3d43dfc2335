using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Workloads;
using k8s.Models;
using Operator.Tests.Clusters;
using Operator.Tests.Runtime.Faults;

namespace Operator.Tests.Flow;

/// <summary>One request to a new pod decides whether its image serves.</summary>
internal sealed class SmokeFlowTests
{
    [Test]
    public async Task A_new_image_is_asked_from_beside_its_pod_before_it_serves()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(stage.Image());
        var image = await stage.UntilReadyAsync();
        var job = (await stage.ListAsync<V1Job>()).Single(j =>
            j.Spec.Template.Spec.Containers[0].Name == SmokeJob.Container
        );
        var pod = (await stage.ListAsync<V1Pod>()).Single(p =>
            p.Spec.Containers[0].Name == ServingDeployment.ContainerName
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(job.Spec.Template.Spec.NodeName, Is.EqualTo(pod.Spec.NodeName));
            Assert.That(job.Spec.Template.Spec.Containers[0].Image, Is.EqualTo(image.Status!.ServingImage!.Reference));
            Assert.That(
                job.Spec.Template.Spec.Containers[0].Args[1],
                Does.Contain($"http://{pod.Status.PodIP}:8080/v1/completions")
            );
        }
    }

    [Test]
    public async Task A_server_that_is_ready_and_answers_nonsense_is_rolled_back_and_a_good_one_follows()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(stage.Image());
        var good = (await stage.UntilReadyAsync()).Status!.ServingImage!;
        stage.Check.SpoilSmoke = (_, report) =>
            (report["ok"], report["detail"]) = (false, "it answered 500: CUDA error");
        await stage.ApplyAsync(Serving(stage, "2"));
        var back = await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True", "RolledBack"), "it is rolled back");
        await stage.UntilServedAsync(good.Reference);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(back.Status!.ServingImage, Is.EqualTo(good));
            Assert.That(back.Status.RejectedDigests, Has.Count.EqualTo(1));
            Assert.That(
                back.Status.Conditions.Single(c => c.Type == "Stalled").Message,
                Does.Contain("its smoke test failed: it answered 500: CUDA error")
            );
        }

        stage.Check.SpoilSmoke = (_, _) => { };
        await stage.AskForBuildAsync("mended");
        Assert.That((await stage.UntilReadyAsync()).Status!.PreviousImage, Is.EqualTo(good));
    }

    [Test]
    public async Task A_service_that_wants_no_smoke_test_gets_none()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(
            stage.Image(s => s with { Rollout = s.Rollout with { SmokeTest = new SmokeTestSpec { Enabled = false } } })
        );
        await stage.UntilReadyAsync();
        Assert.That(await stage.JobsAsync(SmokeJob.Container), Is.Zero);
    }

    [Test]
    public async Task An_operator_that_is_killed_while_it_waits_for_the_answer_goes_on()
    {
        await using var stage = await Stage.StartAsync();
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        stage.Runner.Hold = (container, cancellationToken) =>
            container.Name == SmokeJob.Container ? answer.Task.WaitAsync(cancellationToken) : Task.CompletedTask;
        await stage.ApplyAsync(stage.Image());
        await stage.UntilAsync(i => i.Status?.Rollout?.Stage == RolloutStage.Soaking, "it waits for the answer");
        await stage.StopOperatorAsync();
        answer.SetResult();
        await stage.StartOperatorAsync();
        await stage.UntilReadyAsync();
        Assert.That(await stage.JobsAsync(SmokeJob.Container), Is.EqualTo(1));
    }

    [Test]
    public async Task A_Job_that_a_quota_refuses_is_told_and_holds_up_nothing_else()
    {
        await using var stage = await Stage.StartAsync(startOperator: false);
        await using var proxy = await FaultProxy.StartAsync(stage.Cluster.Configuration);
        var refuses = false;
        stage.Runner.Hold = (container, _) =>
        {
            Volatile.Write(
                ref refuses,
                container.Name == ServingDeployment.ContainerName || Volatile.Read(ref refuses)
            );
            return Task.CompletedTask;
        };
        proxy.Plan = request =>
            Volatile.Read(ref refuses)
            && FaultProxy.IsWrite(request)
            && request.Path.Value!.EndsWith("/jobs", StringComparison.Ordinal)
                ? new Fault { Status = System.Net.HttpStatusCode.Forbidden }
                : Fault.None;
        await stage.StartOperatorAsync(proxy.Configuration);
        await stage.ApplyAsync(stage.Image());
        var image = await stage.UntilAsync(
            i => i.Status?.Rollout?.Stage == RolloutStage.Soaking,
            "the rest of the status is written"
        );
        await Eventually.ThatAsync(
            async () =>
                (await stage.ListAsync<Eventsv1Event>()).Any(e =>
                    e.Reason == "JobRefused" && e.Regarding.Kind == "GemmaBaseImage"
                ),
            "an event tells of it"
        );
        Assert.That(Stage.Is(image, "Available", "True"));
        stage.Runner.Hold = (_, _) => Task.CompletedTask;
        Volatile.Write(ref refuses, false);
        await stage.AskForBuildAsync("again");
        await stage.UntilReadyAsync();
    }

    private static GemmaBaseImage Serving(Stage stage, string server) =>
        stage.Image(s =>
            s with
            {
                Rollout = s.Rollout with
                {
                    Server = s.Rollout.Server with { Image = $"{stage.Registry.Host}/team/server:{server}" },
                },
            }
        );
}
