using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Probes;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Probe;
using k8s.Models;
using Operator.Tests.Clusters;
using Operator.Tests.Runtime.Faults;
using StandIns;

namespace Operator.Tests.Flow.Contents;

/// <summary>The published image is asked which packages a build would bring, before one is made.</summary>
internal sealed class ProbeFlowTests
{
    private static readonly SimulatedPackage Openssl = new("dpkg", "openssl", "3.0.13-0ubuntu3.5", "amd64");

    /// <summary>More than the flow has; the last ones prove that the walk went over all of them.</summary>
    private const int MostWrites = 7;

    /// <summary>An image is asked only where it could list what it holds, which takes its log.</summary>
    private static async Task<Stage> StartAsync()
    {
        TestCluster.NeedsLogsOfNodes();
        var stage = await Stage.StartAsync();
        return stage;
    }

    /// <summary>An object with a published image, due each hour at a minute that is past.</summary>
    private static async Task<GemmaBaseImage> PublishedAsync(Stage stage, PackagesTrigger? trigger = null)
    {
        await stage.ApplyAsync(
            stage.Image(spec =>
                spec with
                {
                    Schedule = "0 * * * *",
                    Triggers = spec.Triggers with { Packages = trigger ?? new PackagesTrigger(), MinInterval = "0s" },
                }
            )
        );
        return await stage.UntilReadyAsync();
    }

    /// <summary>Lets the next tick come.</summary>
    private static async Task TickAsync(Stage stage)
    {
        stage.Time.Advance(TimeSpan.FromMinutes(61));
        await stage.NudgeAsync();
    }

    private static Task<GemmaBaseImage> UntilAnsweredAsync(Stage stage, PackagesResult result) =>
        stage.UntilAsync(
            i => i.Status?.Packages is { Asking: null, Answer: { Tick: not null } answer } && answer.Result == result,
            $"a tick was answered: {result}"
        );

    [Test]
    public async Task A_tick_builds_nothing_while_there_is_nothing_to_update_and_what_moved_is_a_builds_reason()
    {
        await using var stage = await StartAsync();
        await PublishedAsync(stage);
        await TickAsync(stage);
        var image = await UntilAnsweredAsync(stage, PackagesResult.NothingToUpdate);
        var job = (await stage.ListAsync<V1Job>()).Single(ProbeJob.Is);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(image.Status!.LatestBuild, Is.EqualTo("gemma-b1"));
            Assert.That(image.Status.Packages!.ServedTick, Is.EqualTo(image.Status.Packages.Answer!.Tick));
            Assert.That(image.Status.NextScheduleTime > image.Status.Packages.ServedTick, "the next tick is to come");
            Assert.That(Stage.Is(image, "Ready", "True"));
            Assert.That(Stage.Is(image, "PackagesCurrent", "True", "NothingToUpdate"));
            Assert.That(
                image.Status.Conditions.Single(c => c.Type == "Fresh").Message,
                Does.Contain("nothing to update, asked at ")
            );
            Assert.That(job.Metadata.OwnerReferences.Single().Uid, Is.EqualTo(image.Metadata.Uid));
            Assert.That(job.Spec.Template.Spec.Containers[0].Image, Is.EqualTo(image.Status.LatestImage!.Reference));
        }

        stage.Check.Outdated = _ => [(Openssl, "3.0.13-0ubuntu3.6")];
        await TickAsync(stage);
        image = await stage.UntilAsync(
            i => i.Status?.LatestImage?.Build == "gemma-b2",
            "the second image is published"
        );
        var build = (await stage.ListAsync<GemmaBuild>()).Single(b => b.Number == 2);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.Spec!.Reasons, Is.EqualTo(new[] { BuildReason.PackagesMoved, BuildReason.Schedule }));
            Assert.That(build.Spec.Changes[0].Field, Is.EqualTo("packages[dpkg/openssl]"));
            Assert.That(build.Spec.Resolved.CacheEpoch, Does.EndWith("-b2"));
            Assert.That(Stage.Is(image, "PackagesCurrent", "Unknown", "NotAsked"));
        }
    }

    [Test]
    public async Task An_image_that_gives_no_answer_is_built_anew_and_says_why()
    {
        await using var stage = await StartAsync();
        await PublishedAsync(stage);
        stage.Check.SpoilProbe = (_, report) => report["digest"] = "sha256:another";
        await TickAsync(stage);
        var image = await stage.UntilAsync(
            i => i.Status?.LatestImage?.Build == "gemma-b2",
            "the second image is published"
        );
        Assert.That(image.Status!.Packages!.Answer!.Reason, Is.EqualTo(nameof(ProbeFailure.Unreadable)));
        var events = await stage.ListAsync<Eventsv1Event>();
        Assert.That(events.Select(e => (e.Type, e.Reason)), Does.Contain(("Warning", "ProbeFailed")));
    }

    [Test]
    public async Task Who_asks_by_hand_gets_a_build_while_the_image_is_asked()
    {
        await using var stage = await StartAsync();
        await PublishedAsync(stage);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        stage.Runner.Hold = async (container, cancellationToken) =>
        {
            if (container.Name == ProbeJob.Role)
            {
                asked.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }
        };
        await TickAsync(stage);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await stage.AskForBuildAsync("now");
        var image = await stage.UntilAsync(
            i => i.Status?.LatestImage?.Build == "gemma-b2",
            "the second image is published"
        );
        Assert.That(image.Status!.Packages!.Asking, Is.Null);
        await Eventually.ThatAsync(
            async () => !(await stage.ListAsync<V1Job>()).Any(ProbeJob.Is),
            "the Job that nobody needs any more is gone"
        );
    }

    [Test]
    public async Task Killed_after_any_write_the_tick_is_answered_once([Range(1, MostWrites)] int killAfter)
    {
        await using var stage = await StartAsync();
        await PublishedAsync(stage);
        await stage.StopOperatorAsync();
        await using var proxy = await FaultProxy.StartAsync(stage.Cluster.Configuration);
        var death = proxy.DieAtWrite(killAfter);
        stage.Time.Advance(TimeSpan.FromMinutes(61));
        await stage.StartOperatorAsync(proxy.Configuration);
        await Eventually.ThatAsync(
            async () => death.HasCome || (await stage.ReadAsync()).Status?.Packages?.Answer?.Tick is not null,
            "it died or it is done"
        );
        await stage.StopOperatorAsync();
        await stage.StartOperatorAsync();

        var image = await UntilAnsweredAsync(stage, PackagesResult.NothingToUpdate);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(image.Status!.LatestBuild, Is.EqualTo("gemma-b1"), "nothing was built");
            Assert.That(image.Status.Packages!.Number, Is.EqualTo(1));
            Assert.That((await stage.ListAsync<V1Job>()).Count(ProbeJob.Is), Is.EqualTo(1), "it was asked once");
            Assert.That(killAfter < MostWrites || !death.HasCome, "the flow has more writes than are walked");
        }
    }
}
