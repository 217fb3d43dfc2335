using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Channels;
using GemmaOperator.Api.Words;
using LocalCluster.Images;
using Operator.Tests.Clusters;
using Operator.Tests.Runtime.Faults;

namespace Operator.Tests.Flow.Channels;

/// <summary>A newer version of a base appears in the registry: it is taken by all gates, or given up.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ChannelFlowTests
{
    private const string Repository = "hub/pytorch/pytorch";

    [Test]
    public async Task A_newer_patch_is_built_verified_and_served_and_stays_whatever_the_registry_says()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(Image(stage));
        await SettledAsync(stage);
        await PublishAsync(stage, "2.10.1");
        await PublishAsync(stage, "2.10.3-rc1");
        await PublishAsync(stage, "2.11.0");
        await stage.StandIns.BaseAsync(Repository, "2.10.2-cuda13.0-cudnn9-runtime", CancellationToken.None);
        Holding(stage, "2.10.1");
        await LookAgainAsync(stage);
        var image = await ServedOnAsync(stage, "2.10.1");
        var build = await BuildAsync(stage, 2);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.Spec!.Reasons, Is.EqualTo(new[] { BuildReason.BaseVersionChange }));
            Assert.That(build.Spec.Resolved.BaseReference, Is.EqualTo(On("2.10.1")));
            Assert.That(build.Spec.Resolved.DeclaredBase, Is.EqualTo(Stage.Base));
            Assert.That(build.Spec.Template.Verification!.Pytorch, Is.EqualTo("2.10.1"));
            Assert.That(image.Status!.Base!.From, Is.EqualTo(Stage.Base));
            Assert.That(image.Status.Base.Newest, Is.EqualTo("2.11.0"), "what the channel doesn't reach is known");
        }

        await stage.DeleteManifestAsync(Repository, "2.10.1-cuda12.8-cudnn9-runtime");
        var asked = image.Status!.Base!.CheckedAt;
        await LookAgainAsync(stage);
        image = await stage.UntilAsync(i => i.Status!.Base!.CheckedAt > asked, "the tags were read again");
        Assert.That(image.Status!.Base!.Taken, Is.EqualTo(On("2.10.1")));
        Assert.That((image.Status.BuildCounter, Stage.Is(image, "Ready", "True")), Is.EqualTo((2, true)));
    }

    [Test]
    public async Task A_version_that_fails_its_verification_is_given_up_and_not_tried_again()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(Image(stage));
        await SettledAsync(stage);
        // What is in it reports another version than its tag.
        await PublishAsync(stage, "2.10.1");
        await LookAgainAsync(stage);
        var image = await stage.UntilAsync(
            i => Stage.Is(i, "BaseCurrent", "False", "VersionRefused"),
            "it is given up"
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(image.Status!.Base!.Taken, Is.Null);
            Assert.That(image.Status.Base.Refused!.Single().Message, Does.StartWith("VersionMismatch"));
            Assert.That(Stage.Is(image, "Ready", "True", "Serving"), "what serves, serves");
            Assert.That(Stage.Is(image, "Fresh", "True"), "it is of the present spec");
        }

        for (var looks = 0; looks < 3; looks++)
        {
            var asked = (await stage.ReadAsync()).Status!.Base!.CheckedAt;
            await LookAgainAsync(stage);
            image = await stage.UntilAsync(i => i.Status!.Base!.CheckedAt > asked, "the tags were read again");
        }

        Assert.That(image.Status!.BuildCounter, Is.EqualTo(2));
        await PublishAsync(stage, "2.10.2");
        Holding(stage, "2.10.2");
        await LookAgainAsync(stage);
        image = await ServedOnAsync(stage, "2.10.2");
        Assert.That(image.Status!.BuildCounter, Is.EqualTo(3));
    }

    [Test]
    public async Task A_version_that_the_rollout_rejects_is_given_up_and_the_one_before_is_built_again()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(Image(stage));
        var first = await SettledAsync(stage);
        var (serving, isBroken) = (first.Status!.ServingImage!.Reference, true);
        stage.Check.SpoilSmoke = (image, report) =>
        {
            if (isBroken && image != serving)
            {
                (report["ok"], report["detail"]) = (false, "it answered 500: CUDA error");
            }
        };
        await PublishAsync(stage, "2.10.1");
        Holding(stage, "2.10.1");
        await LookAgainAsync(stage);
        await stage.UntilAsync(i => i.Status!.Base!.Refused is { Count: 1 }, "it is given up");
        (isBroken, stage.Check.Spoil) = (false, _ => { });
        await LookAgainAsync(stage);
        var image = await stage.UntilAsync(
            i => Stage.Is(i, "Ready", "True", "Serving") && i.Status!.LatestImage!.Build == "gemma-b3",
            "the one before serves, built again"
        );
        var build = await BuildAsync(stage, 3);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.Spec!.Resolved.BaseReference, Is.EqualTo(Stage.Base));
            Assert.That(build.Spec.Reasons, Does.Contain((WireEnum<BuildReason>)BuildReason.BaseVersionChange));
            Assert.That(Stage.Is(image, "BaseCurrent", "False", "VersionRefused"));
        }
    }

    [Test]
    public async Task A_registry_that_does_not_list_its_tags_leaves_all_as_it_is()
    {
        var isAway = true;
        await using var stage = await Stage.StartAsync(
            new ImageRegistryOptions
            {
                Fault = r =>
                    isAway && r.Path.EndsWith("/tags/list", StringComparison.Ordinal) ? new RegistryFault(503) : null,
            }
        );
        await PublishAsync(stage, "2.10.0");
        await stage.StandIns.ServerAsync("team/server", "1", CancellationToken.None);
        await PublishAsync(stage, "2.10.1");
        await stage.ApplyAsync(Image(stage));
        var image = await stage.UntilAsync(
            i => Stage.Is(i, "BaseCurrent", "Unknown", "TagsUnknown") && Stage.Is(i, "Ready", "True"),
            "nobody knows of newer ones, and what was built serves"
        );
        Assert.That(image.Status!.BuildCounter, Is.EqualTo(1));
        isAway = false;
        Holding(stage, "2.10.1");
        await LookAgainAsync(stage);
        await ServedOnAsync(stage, "2.10.1");
    }

    [Test]
    public async Task Killed_after_any_write_a_version_is_taken_once([Values(1, 2, 3, 4, 6, 9, 13)] int killAfter)
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(Image(stage));
        await SettledAsync(stage);
        await stage.StopOperatorAsync();
        await PublishAsync(stage, "2.10.1");
        Holding(stage, "2.10.1");
        stage.Time.Advance(TimeSpan.FromHours(7));
        await using var proxy = await FaultProxy.StartAsync(stage.Cluster.Configuration);
        var writes = 0;
        var dead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        proxy.Plan = request =>
        {
            if (!FaultProxy.IsWrite(request) || request.Path.Value!.Contains("/events", StringComparison.Ordinal))
            {
                return dead.Task.IsCompleted ? Fault.Refused : Fault.None;
            }

            var number = Interlocked.Increment(ref writes);
            if (number < killAfter)
            {
                return Fault.None;
            }

            dead.TrySetResult();
            return number == killAfter ? new Fault { CutAfterBytes = 0 } : Fault.Refused;
        };
        await stage.StartOperatorAsync(proxy.Configuration);
        await Eventually.ThatAsync(
            async () => dead.Task.IsCompleted || (await stage.ReadAsync()).Status!.Base!.ProvedAt is not null,
            "it died or it is done"
        );
        await stage.StopOperatorAsync();
        await stage.StartOperatorAsync();
        var image = await ServedOnAsync(stage, "2.10.1");
        Assert.That(image.Status!.BuildCounter, Is.EqualTo(2));
        Assert.That(image.Status.Base!.Refused, Is.Null);
    }

    private static string On(string version) => $"pytorch/pytorch:{version}-cuda12.8-cudnn9-runtime";

    private static GemmaBaseImage Image(Stage stage, BaseChannel channel = BaseChannel.Patch) =>
        stage.Image(s => s with { Base = s.Base! with { Channel = channel } });

    private static Task PublishAsync(Stage stage, string version) =>
        stage.StandIns.BaseAsync(Repository, $"{version}-cuda12.8-cudnn9-runtime", CancellationToken.None);

    /// <summary>Candidates report this version of PyTorch from now on.</summary>
    private static void Holding(Stage stage, string version) =>
        stage.Check.Spoil = report => ((JsonObject)report["torch"]!)["version"] = version;

    private static async Task LookAgainAsync(Stage stage)
    {
        stage.Time.Advance(TimeSpan.FromHours(7));
        await stage.NudgeAsync();
    }

    private static Task<GemmaBaseImage> SettledAsync(Stage stage) =>
        stage.UntilAsync(
            i => Stage.Is(i, "Ready", "True", "Serving") && Stage.Is(i, "BaseCurrent", "True", "Newest"),
            "it serves, and its base is the newest"
        );

    private static Task<GemmaBaseImage> ServedOnAsync(Stage stage, string version) =>
        stage.UntilAsync(
            i =>
                i.Status!.Base is { ProvedAt: not null } line
                && line.Taken == On(version)
                && Stage.Is(i, "Ready", "True", "Serving"),
            $"{version} serves"
        );

    private static async Task<GemmaBuild> BuildAsync(Stage stage, int number) =>
        (await stage.ListAsync<GemmaBuild>()).Single(b => b.Number == number);
}
