using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;
using LocalCluster.Nodes;
using Operator.Tests.Clusters;
using StandIns;

namespace Operator.Tests.Flow;

/// <summary>From an applied GemmaBaseImage to a serving Deployment, and what may happen on the way.</summary>
public sealed class MainFlowTests
{
    [Test]
    public async Task An_applied_object_ends_in_a_serving_Deployment()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(stage.Image());
        var image = await stage.UntilReadyAsync();

        var deployment = (await stage.ListAsync<V1Deployment>()).Single();
        var latest = image.Status!.LatestImage!;
        var tags = stage.Registry.Tags("team/gemma-base");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Stage.Is(image, "Ready", "True", "Serving"));
            Assert.That(Stage.Is(image, "Fresh", "True", "UpToDate"));
            Assert.That(Stage.Is(image, "Available", "True"));
            Assert.That(Stage.Is(image, "BuildSucceeded", "True", "Completed"));
            Assert.That(image.Status.Conditions.Select(c => c.Type), Has.None.AnyOf("Reconciling", "Stalled"));
            Assert.That(tags["latest"], Is.EqualTo(latest.Digest), "the alias moved");
            Assert.That(tags[latest.Tag!], Is.EqualTo(latest.Digest), "the unique tag is there");
            Assert.That(
                deployment.Spec.Template.Spec.Containers[0].Image,
                Is.EqualTo(image.Status.ServingImage!.Reference)
            );
            Assert.That(image.Status.ServingImage.Reference, Does.StartWith($"{stage.Repository}-service@sha256:"));
            Assert.That(await stage.JobsAsync(KanikoJob.Container), Is.EqualTo(1));
            Assert.That(await stage.JobsAsync(VerifyJob.Container), Is.EqualTo(1));
            Assert.That(await stage.ListAsync<GemmaBuild>(), Has.Count.EqualTo(1));
        }

        var manifest = JsonNode.Parse(
            stage.Registry.Manifest("team/gemma-base-service", image.Status.ServingImage.Digest)!
        )!;
        var basis = JsonNode.Parse(stage.Registry.Manifest("team/gemma-base", latest.Digest)!)!;
        Assert.That(
            manifest["layers"]!.AsArray().Count,
            Is.EqualTo(basis["layers"]!.AsArray().Count + 1),
            "the server's one layer lies on the base's"
        );
    }

    [Test]
    public async Task A_changed_server_image_is_served_without_a_new_base()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(stage.Image());
        var before = await stage.UntilReadyAsync();
        await stage.ApplyAsync(
            stage.Image(s =>
                s with
                {
                    Rollout = s.Rollout with
                    {
                        Server = s.Rollout.Server with { Image = $"{stage.Registry.Host}/team/server:2" },
                    },
                }
            )
        );
        var after = await stage.UntilReadyAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(after.Status!.LatestImage!.Digest, Is.EqualTo(before.Status!.LatestImage!.Digest));
            Assert.That(after.Status.ServingImage!.Digest, Is.Not.EqualTo(before.Status.ServingImage!.Digest));
            Assert.That(after.Status.PreviousImage!.Digest, Is.EqualTo(before.Status.ServingImage.Digest));
            Assert.That(await stage.JobsAsync(KanikoJob.Container), Is.EqualTo(1));
            Assert.That(await stage.JobsAsync(VerifyJob.Container), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Deleting_the_object_leaves_nothing_behind_but_the_images()
    {
        TestCluster.NeedsGarbageCollector();
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(stage.Image());
        var image = await stage.UntilReadyAsync();
        await stage.Api.DeleteAsync<GemmaBaseImage>(stage.Cluster.Namespace, "gemma", null, CancellationToken.None);
        await Eventually.ThatAsync(
            async () =>
                (await stage.ListAsync<GemmaBuild>()).Count == 0
                && (await stage.ListAsync<V1Job>()).Count == 0
                && (await stage.ListAsync<V1Deployment>()).Count == 0
                && (await stage.ListAsync<V1Service>("app.kubernetes.io/managed-by=gemma-operator")).Count == 0
                && (await stage.ListAsync<V1ConfigMap>("app.kubernetes.io/managed-by=gemma-operator")).Count == 0
                && (await stage.ListAsync<V1Pod>()).Count == 0,
            "everything that was made is gone"
        );
        Assert.That(stage.Registry.Tags("team/gemma-base")["latest"], Is.EqualTo(image.Status!.LatestImage!.Digest));
    }

    private static readonly TestCaseData[] Failures =
    [
        new TestCaseData(SimulatedFault.OutOfMemory, "OutOfMemory", "").SetName("A_build_out_of_memory_says_so"),
        new TestCaseData(SimulatedFault.DiskFull, "EphemeralStorageExceeded", "").SetName(
            "A_build_out_of_disk_says_so"
        ),
        new TestCaseData(SimulatedFault.Pip, "DependencyResolutionFailed", "nosuchpackage==9.9").SetName(
            "A_build_that_pip_fails_says_so"
        ),
        new TestCaseData(SimulatedFault.PushDenied, "AuthenticationFailed", "UNAUTHORIZED").SetName(
            "A_build_that_may_not_push_says_so"
        ),
    ];

    [TestCaseSource(nameof(Failures))]
    public async Task A_failed_build_names_its_reason(SimulatedFault fault, string reason, string logged)
    {
        await using var stage = await Stage.StartAsync();
        stage.Runner.Fault = c => c.Serves ? null : fault;
        await stage.ApplyAsync(stage.Image(s => s with { Build = s.Build with { Retries = 0 } }));
        var image = await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True"), "Stalled is True");
        var build = (await stage.ListAsync<GemmaBuild>()).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Stage.Is(image, "BuildSucceeded", "False", reason));
            Assert.That(Stage.Is(image, "Ready", "False", "BuildFailed"));
            Assert.That(Stage.Is(image, "Stalled", "True", "RetriesExhausted"));
            Assert.That(build.Status!.Failure!.Reason, Is.EqualTo(reason));
            Assert.That(build.Status.Failure.LogTail ?? "", Does.Contain(logged));
        }
    }

    [Test]
    public async Task A_failed_refresh_leaves_the_service_alone()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(stage.Image(s => s with { Build = s.Build with { Retries = 0 } }));
        var before = await stage.UntilReadyAsync();
        stage.Runner.Fault = c => c.Serves ? null : SimulatedFault.Pip;
        await stage.AskForBuildAsync("now");
        var after = await stage.UntilAsync(
            i => Stage.Is(i, "Fresh", "False", "RefreshFailed"),
            "Fresh says that the refresh failed"
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Stage.Is(after, "Ready", "True", "Serving"));
            Assert.That(after.Status!.ServingImage!.Digest, Is.EqualTo(before.Status!.ServingImage!.Digest));
            Assert.That(after.Status.LastHandledRequestAt, Is.EqualTo("now"));
        }
    }
}
