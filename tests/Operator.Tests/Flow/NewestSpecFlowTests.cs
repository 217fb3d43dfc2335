using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using LocalCluster.Images;
using Operator.Tests.Clusters;
using StandIns;

namespace Operator.Tests.Flow;

/// <summary>What happens to a build whose spec, Job or object changes or goes while it runs.</summary>
internal sealed class NewestSpecFlowTests
{
    [Test]
    public async Task An_edit_stops_the_build_that_runs_and_twenty_in_a_row_make_one_more()
    {
        await using var stage = await Stage.StartAsync();
        var hold = Hold(stage);
        await stage.ApplyAsync(stage.Image());
        await UntilJobAsync(stage);
        await stage.ApplyAsync(Packages(stage, 1));
        await Eventually.ThatAsync(
            async () => (await BuildsAsync(stage))[0].IsSuperseded && await stage.JobsAsync(KanikoJob.Container) == 0,
            "the first build has given way, and its Job is gone"
        );
        for (var edit = 2; edit <= 20; edit++)
        {
            await stage.ApplyAsync(Packages(stage, edit));
        }

        var waiting = await stage.UntilAsync(
            i => Stage.Is(i, "Reconciling", "True", "Queued") && i.Status!.ObservedGeneration == i.Metadata.Generation,
            "the next one is queued"
        );
        Assert.That(Stage.Is(waiting, "Stalled", "True"), Is.False);
        Assert.That(await BuildsAsync(stage), Has.Count.EqualTo(1));

        // All edits are seen before the minute is over: one that came after it would be another build's.
        stage.Time.Advance(BuildPreemption.Pause);
        hold.SetResult();
        await stage.NudgeAsync();
        var ready = await stage.UntilReadyAsync();
        var builds = await BuildsAsync(stage);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(builds.Select(b => b.Spec!.Number), Is.EqualTo(new[] { 1L, 2L }));
            Assert.That(builds[0].Status!.Failure!.Reason, Is.EqualTo("Canceled"));
            Assert.That(builds[1].Spec!.Resolved.Dockerfile, Does.Contain("package-20"));
            Assert.That(builds[1].Spec!.Reasons, Is.EqualTo(new[] { BuildReason.Initial }));
            Assert.That(builds[1].TakesPlaceOf, Is.EqualTo("gemma-b1"));
            Assert.That(Stage.Is(ready, "BuildSucceeded", "True"));
        }

        await Eventually.ThatAsync(
            async () =>
                (await stage.ListAsync<Eventsv1Event>()).Any(e =>
                    e.Reason == "BuildSuperseded" && e.Regarding.Name == "gemma"
                ),
            "an event tells"
        );
    }

    [Test]
    public async Task A_build_that_waits_for_no_registry_gives_way_to_the_corrected_spec_and_leaves_it_its_base()
    {
        await using var stage = await Stage.StartAsync(startOperator: false);
        var other = await ImageRegistry.StartAsync(new ImageRegistryOptions(), CancellationToken.None);
        using var http = new HttpClient();
        await new StandInImages(new ImageSeeder(http, other.Host)).ServerAsync(
            "team/server",
            "1",
            CancellationToken.None
        );
        var host = other.Host;
        stage.OtherRegistries = [host];
        await stage.StartOperatorAsync();
        var hold = Hold(stage);
        await stage.ApplyAsync(
            stage.Image(s =>
                s with
                {
                    Rollout = s.Rollout with { Server = s.Rollout.Server with { Image = $"{host}/team/server:1" } },
                }
            )
        );
        // It was there before the build, and is away when it is needed.
        await UntilJobAsync(stage);
        await other.DisposeAsync();
        hold.SetResult();
        await Eventually.ThatAsync(
            async () =>
                await BuildsAsync(stage) is [{ Status: { } status }]
                && status.Conditions.Any(c =>
                    c is { Type: "Reconciling", Reason: "AwaitingRegistry" }
                    && c.Message.Contains(host, StringComparison.Ordinal)
                ),
            "the build says whom it waits for"
        );
        await stage.ApplyAsync(stage.Image());
        await Eventually.ThatAsync(async () => (await BuildsAsync(stage))[0].IsSuperseded, "the build has given way");
        stage.Time.Advance(BuildPreemption.Pause);
        await stage.NudgeAsync();
        await stage.UntilReadyAsync();
        var builds = await BuildsAsync(stage);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(builds, Has.Count.EqualTo(2));
            Assert.That(builds[1].ReusesBase);
            Assert.That(await stage.JobsAsync(KanikoJob.Container), Is.EqualTo(1));
            Assert.That(await stage.JobsAsync(VerifyJob.Container), Is.EqualTo(1), "what is proved stays proved");
        }
    }

    [Test]
    public async Task A_Job_that_somebody_deletes_costs_an_attempt()
    {
        await using var stage = await Stage.StartAsync();
        var hold = Hold(stage);
        await stage.ApplyAsync(stage.Image());
        var job = await UntilJobAsync(stage);
        await stage.Api.DeleteAsync<V1Job>(stage.Cluster.Namespace, job.Metadata.Name, null, CancellationToken.None);
        await Eventually.ThatAsync(
            async () => (await stage.ListAsync<V1Job>()).Any(j => j.Metadata.Name == "gemma-b1-a2"),
            "the second attempt is there"
        );
        hold.SetResult();
        await stage.UntilReadyAsync();
        Assert.That((await BuildsAsync(stage)).Single().Status!.Attempts, Is.EqualTo(2));
        await Eventually.ThatAsync(
            async () => (await stage.ListAsync<Eventsv1Event>()).Any(e => e.Reason == "JobLost"),
            "an event tells"
        );
    }

    [Test]
    public async Task A_build_that_somebody_deletes_while_it_runs_is_made_again()
    {
        await using var stage = await Stage.StartAsync();
        var hold = Hold(stage);
        await stage.ApplyAsync(stage.Image(s => s with { Triggers = s.Triggers with { MinInterval = "0s" } }));
        await UntilJobAsync(stage);
        await stage.Api.DeleteAsync<GemmaBuild>(stage.Cluster.Namespace, "gemma-b1", null, CancellationToken.None);
        await stage.UntilAsync(i => i.Status!.LatestBuild == "gemma-b2", "the second build is there");
        hold.SetResult();
        await stage.UntilReadyAsync();
        Assert.That((await BuildsAsync(stage)).Single().Spec!.Reasons, Is.EqualTo(new[] { BuildReason.Initial }));
    }

    [Test]
    public async Task An_object_that_goes_while_it_is_built_and_comes_again_is_built_again()
    {
        TestCluster.NeedsGarbageCollector();
        await using var stage = await Stage.StartAsync();
        var hold = Hold(stage);
        await stage.ApplyAsync(stage.Image());
        await UntilJobAsync(stage);
        await stage.Api.DeleteAsync<GemmaBaseImage>(stage.Cluster.Namespace, "gemma", null, CancellationToken.None);
        await stage.ApplyAsync(stage.Image());
        hold.SetResult();
        var image = await stage.UntilReadyAsync();
        Assert.That((await BuildsAsync(stage)).Select(b => b.Spec!.ImageRef.Uid), Is.All.EqualTo(image.Metadata.Uid));
    }

    [Test]
    public async Task A_build_of_an_earlier_object_that_holds_the_name_is_named_and_its_deletion_is_enough()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(stage.Image());
        await stage.UntilReadyAsync();
        var old = (await BuildsAsync(stage)).Single();
        await stage.Api.CreateAsync(
            new GemmaBuild
            {
                Metadata = new V1ObjectMeta { Name = "other-b1", NamespaceProperty = stage.Cluster.Namespace },
                Spec = old.Spec! with
                {
                    ImageRef = new ImageOwnerReference
                    {
                        Name = "other",
                        Uid = "gone",
                        Generation = 1,
                    },
                    Cancel = true,
                },
            },
            CancellationToken.None
        );
        var other = stage.Image(s =>
            s with
            {
                Output = s.Output with { Repository = s.Output.Repository + "-other" },
                Rollout = s.Rollout with { Mode = RolloutMode.PublishOnly },
            }
        );
        other.Metadata.Name = "other";
        await stage.ApplyAsync(other);
        GemmaBaseImage? last = null;
        await Eventually.ThatAsync(
            async () =>
                (await OtherAsync()).Status?.Conditions.Any(c =>
                    c.Type == "Reconciling"
                    && c.Message.Contains("kubectl delete gemmabuild other-b1", StringComparison.Ordinal)
                ) == true,
            "the name is named"
        );
        await stage.Api.DeleteAsync<GemmaBuild>(stage.Cluster.Namespace, "other-b1", null, CancellationToken.None);
        await Eventually.ThatAsync(
            async () => Stage.Is(last = await OtherAsync(), "Ready", "True"),
            "it is built",
            () => KubernetesJson.Serialize(last!.Status)
        );

        async Task<GemmaBaseImage> OtherAsync() =>
            (await stage.Api.GetAsync<GemmaBaseImage>(stage.Cluster.Namespace, "other", CancellationToken.None))!;
    }

    /// <summary>Build containers wait for the result.</summary>
    private static TaskCompletionSource Hold(Stage stage)
    {
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        stage.Runner.Hold = (container, cancellationToken) =>
            container.Args.Any(a => a.StartsWith("--destination", StringComparison.Ordinal))
                ? hold.Task.WaitAsync(cancellationToken)
                : Task.CompletedTask;
        return hold;
    }

    private static async Task<V1Job> UntilJobAsync(Stage stage)
    {
        await Eventually.ThatAsync(
            async () =>
                await BuildsAsync(stage) is [{ Status.JobRef: not null }]
                && await stage.JobsAsync(KanikoJob.Container) == 1,
            "the build's Job is there"
        );
        return (await stage.ListAsync<V1Job>()).Single();
    }

    private static async Task<List<GemmaBuild>> BuildsAsync(Stage stage) =>
        [.. (await stage.ListAsync<GemmaBuild>()).OrderBy(b => b.Spec!.Number)];

    private static GemmaBaseImage Packages(Stage stage, int edit) =>
        stage.Image(s => s with { SystemPackages = ["curl", $"package-{edit}"] });
}
