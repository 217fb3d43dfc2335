using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps.Assemble;
using k8s.Models;
using LocalCluster.Images;
using Operator.Tests.Clusters;

namespace Operator.Tests.Flow.Inputs;

/// <summary>What a build needs is known before it: a mistake names its field and costs no Job.</summary>
internal sealed class PreflightFlowTests
{
    private const string Claim = "spec.rollout.server.model.existingClaim";

    [Test]
    public async Task A_server_image_that_is_not_there_costs_no_build_and_its_push_is_enough()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(WithServer(stage, s => s with { Image = $"{stage.Registry.Host}/team/server:new" }));
        var stalled = await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True"), "it is stalled");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Message(stalled, "Stalled", "ServerImageNotFound"),
                Does.StartWith("spec.rollout.server.image: ").And.Contain("MANIFEST_UNKNOWN").And.Contain("private")
            );
            Assert.That(Message(stalled, "Ready", "BuildPending"), Is.EqualTo(Message(stalled, "Stalled")));
            Assert.That(await stage.ListAsync<GemmaBuild>(), Is.Empty);
            Assert.That(await stage.ListAsync<V1Job>(), Is.Empty);
        }

        await stage.StandIns.ServerAsync("team/server", "new", CancellationToken.None);
        await LookAgainAsync(stage);
        await stage.UntilReadyAsync();
    }

    [Test]
    public async Task Without_any_server_image_the_operators_option_is_named()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(WithServer(stage, s => s with { Image = "" }));
        var stalled = await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True"), "it is stalled");
        Assert.That(
            Message(stalled, "Stalled", "InvalidSpec"),
            Does.StartWith("spec.rollout.server.image: ").And.Contain("--server-image, the chart's value serverImage")
        );
    }

    [Test]
    public async Task A_server_for_another_libtorch_than_is_declared_costs_no_build()
    {
        await using var stage = await Stage.StartAsync();
        await stage.StandIns.ServerAsync(
            "team/server",
            "old",
            new Dictionary<string, string>(StringComparer.Ordinal) { [ServerCompatibility.Label] = "2.9" },
            CancellationToken.None
        );
        await stage.ApplyAsync(WithServer(stage, s => s with { Image = $"{stage.Registry.Host}/team/server:old" }));
        var stalled = await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True"), "it is stalled");
        Assert.That(
            Message(stalled, "Stalled", "ServerImageUnusable"),
            Does.Contain("libtorch \"2.9\"").And.Contain("\"2.10.0\" (spec.base.pytorch)")
        );
        Assert.That(await stage.ListAsync<GemmaBuild>(), Is.Empty);
    }

    [Test]
    public async Task A_claim_that_is_not_there_is_waited_for_across_lives_and_then_asked_for()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(WithServer(stage, s => s with { Model = s.Model with { ExistingClaim = "weights" } }));
        var waiting = await stage.UntilAsync(
            i => Stage.Is(i, "Reconciling", "True", "AwaitingObject"),
            "the claim is waited for"
        );
        var missing = waiting.Status!.Missing!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (missing.Field, missing.Kind, missing.Name),
                Is.EqualTo((Claim, "PersistentVolumeClaim", "weights"))
            );
            Assert.That(Message(waiting, "Reconciling"), Does.StartWith($"{Claim}: PersistentVolumeClaim "));
            Assert.That(Stage.Is(waiting, "Stalled", "True"), Is.False);
        }

        await stage.StopOperatorAsync();
        stage.Time.Advance(TimeSpan.FromMinutes(6));
        await stage.StartOperatorAsync();
        var stalled = await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True", "ObjectNotFound"), "it took too long");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(stalled.Status!.Missing, Is.EqualTo(missing), "since when is kept");
            Assert.That(Stage.Is(stalled, "Reconciling", "True"), Is.False);
            Assert.That(await stage.ListAsync<GemmaBuild>(), Is.Empty);
        }

        await CreateClaimAsync(stage, "ReadOnlyMany");
        await stage.NudgeAsync();
        var ready = await stage.UntilReadyAsync();
        Assert.That(ready.Status!.Missing, Is.Null);
    }

    [TestCase("ReadWriteOncePod", RolloutStrategy.Surge, 2, "spec.rollout.server.replicas is 2")]
    [TestCase("ReadWriteOncePod", RolloutStrategy.InPlace, 2, "spec.rollout.server.replicas is 2")]
    public async Task A_claim_that_pods_cannot_share_is_refused_before_a_build(
        string mode,
        RolloutStrategy strategy,
        int replicas,
        string why
    )
    {
        await using var stage = await Stage.StartAsync();
        await CreateClaimAsync(stage, mode);
        await stage.ApplyAsync(Sharing(stage, strategy, replicas));
        var stalled = await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True"), "it is stalled");
        Assert.That(
            Message(stalled, "Stalled", "InvalidSpec"),
            Does.StartWith($"{Claim}: weights has access mode {mode}").And.Contain(why)
        );
        Assert.That(await stage.ListAsync<GemmaBuild>(), Is.Empty);
    }

    [TestCase("ReadWriteOnce", RolloutStrategy.InPlace, 0)]
    [TestCase("ReadWriteOncePod", RolloutStrategy.Recreate, 0)]
    [TestCase("ReadWriteOnce", RolloutStrategy.Surge, 1)]
    [TestCase("ReadWriteOncePod", RolloutStrategy.Surge, 1)]
    public async Task A_claim_of_one_node_serves_and_what_may_go_wrong_is_told(
        string mode,
        RolloutStrategy strategy,
        int told
    )
    {
        await using var stage = await Stage.StartAsync();
        await CreateClaimAsync(stage, mode);
        await stage.ApplyAsync(Sharing(stage, strategy, 1));
        await stage.UntilReadyAsync();
        await Eventually.ThatAsync(
            async () =>
                (await stage.ListAsync<Eventsv1Event>()).Count(e => e.Reason == "ClaimAccessMode") == told
                && (await stage.ListAsync<Eventsv1Event>()).Any(e => e.Reason == "Serving"),
            $"{told} events tell of the access mode"
        );
    }

    [Test]
    public async Task Settings_that_name_what_is_not_there_leave_what_serves_alone()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(stage.Image());
        var served = (await stage.UntilReadyAsync()).Status!.ServingImage!.Reference;
        await stage.ApplyAsync(WithServer(stage, s => s with { RuntimeClassName = "nvidia" }));
        var waiting = await stage.UntilAsync(
            i => Stage.Is(i, "Reconciling", "True", "AwaitingObject"),
            "the RuntimeClass is waited for"
        );
        await stage.UntilServedAsync(served);
        Assert.That(
            (await stage.ListAsync<V1Deployment>()).Single().Spec.Template.Spec.RuntimeClassName,
            Is.Null.Or.Empty
        );
        Assert.That(Stage.Is(waiting, "Available", "True"));
        stage.Time.Advance(TimeSpan.FromMinutes(6));
        await stage.NudgeAsync();
        await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True", "ObjectNotFound"), "it took too long");
        await stage.UntilServedAsync(served);
        await stage.ApplyAsync(stage.Image());
        await stage.UntilReadyAsync();
    }

    [Test]
    public async Task An_account_and_a_class_that_are_not_there_are_waited_for_before_a_build()
    {
        await using var stage = await Stage.StartAsync();
        // Classes are the cluster's, so each stage has its own.
        var gentle = $"{stage.Cluster.Namespace}-gentle";
        await stage.ApplyAsync(
            WithServer(stage, s => s with { ServiceAccountName = "reader", PriorityClassName = gentle })
        );
        await UntilMissingAsync(stage, "PriorityClass", gentle);
        await stage.Api.CreateAsync(
            new V1PriorityClass
            {
                Metadata = new V1ObjectMeta { Name = gentle },
                Value = 1,
            },
            CancellationToken.None
        );
        await UntilMissingAsync(stage, "ServiceAccount", "reader");
        Assert.That(await stage.ListAsync<GemmaBuild>(), Is.Empty);
        await stage.Api.CreateAsync(
            new V1ServiceAccount
            {
                Metadata = new V1ObjectMeta { Name = "reader", NamespaceProperty = stage.Cluster.Namespace },
            },
            CancellationToken.None
        );
        await LookAgainAsync(stage);
        await stage.UntilReadyAsync();
    }

    private static Task<GemmaBaseImage> UntilMissingAsync(Stage stage, string kind, string name) =>
        stage.UntilAsync(
            i => i.Status?.Missing is { } missing && (missing.Kind, missing.Name) == (kind, name),
            $"the {kind} is waited for",
            each: () => LookAgainAsync(stage)
        );

    private static GemmaBaseImage WithServer(Stage stage, Func<ServerSpec, ServerSpec> change) =>
        stage.Image(s => s with { Rollout = s.Rollout with { Server = change(s.Rollout.Server) } });

    private static GemmaBaseImage Sharing(Stage stage, RolloutStrategy strategy, int replicas) =>
        stage.Image(s =>
            s with
            {
                Rollout = s.Rollout with
                {
                    Strategy = strategy,
                    Server = s.Rollout.Server with
                    {
                        Replicas = replicas,
                        Model = s.Rollout.Server.Model with { ExistingClaim = "weights" },
                    },
                },
            }
        );

    private static async Task CreateClaimAsync(Stage stage, string mode)
    {
        await stage.MakeStorageClassAsync();
        await stage.Api.CreateAsync(
            new V1PersistentVolumeClaim
            {
                Metadata = new V1ObjectMeta { Name = "weights", NamespaceProperty = stage.Cluster.Namespace },
                Spec = new V1PersistentVolumeClaimSpec
                {
                    StorageClassName = stage.StorageClass,
                    AccessModes = [mode],
                    Resources = new V1VolumeResourceRequirements
                    {
                        Requests = new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal)
                        {
                            ["storage"] = new("1Gi"),
                        },
                    },
                },
            },
            CancellationToken.None
        );
    }

    /// <summary>What a registry said badly counts for twenty seconds.</summary>
    public static async Task LookAgainAsync(Stage stage)
    {
        stage.Time.Advance(TimeSpan.FromSeconds(30));
        await stage.NudgeAsync();
    }

    public static string Message(GemmaBaseImage image, string type, string? reason = null) =>
        image.Status!.Conditions.Single(c => c.Type == type && (reason is null || c.Reason == reason)).Message;
}
