using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Models;
using GemmaOperator.Api.Words;
using k8s.Models;
using Operator.Tests.Clusters;
using Operator.Tests.Hub;

namespace Operator.Tests.Flow.Inputs;

/// <summary>Weights on a hub: what is known of them before anything is built, and what comes of it.</summary>
public sealed class ModelFlowTests
{
    [Test]
    public async Task A_revision_that_is_not_there_is_told_before_a_build_and_mends_when_it_appears()
    {
        await using var hub = await HubServer.StartAsync();
        await using var stage = await StageAsync();
        await stage.ApplyAsync(Image(stage, hub, "v2"));
        var stalled = await StalledAsync(stage, "ModelNotFound");
        Assert.That(stalled, Does.StartWith("spec.rollout.server.model.hub.revision: ").And.Contains("v2"));
        Assert.That(await stage.ListAsync<GemmaBuild>(), Is.Empty);
        hub.Branches["v2"] = HubServer.Commit(2);
        await stage.NudgeAsync();
        await BuildsAsync(stage, HubServer.Commit(2));
        await EventAsync(stage, "ModelResolved");
    }

    [Test]
    public async Task A_token_of_the_Secret_is_shown_to_the_hub_alone_and_a_bad_one_is_told()
    {
        await using var hub = await HubServer.StartAsync();
        await using var store = await HubServer.StartAsync();
        store.Instead = context =>
            Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, "{}");
        (hub.IsPrivate, hub.Store) = (true, new Uri(store.Endpoint + "/blob"));
        await using var stage = await StageAsync();
        await stage.ApplyAsync(Image(stage, hub, token: "hub"));
        await stage.UntilAsync(
            i =>
                i.Status?.Conditions.Any(c =>
                    c.Reason == "AwaitingObject"
                    && c.Message.StartsWith("spec.rollout.server.model.hub.tokenSecretRef: ", StringComparison.Ordinal)
                    && c.Message.Contains("kubectl create secret generic hub", StringComparison.Ordinal)
                ) == true,
            "the Secret is waited for"
        );
        await TokenAsync(stage, "hf_bad");
        Assert.That(await StalledAsync(stage, "ModelUnauthorized"), Does.Not.Contain("hf_bad"));
        await TokenAsync(stage, HubServer.Token);
        await BuildsAsync(stage, HubServer.Commit(1));
        Assert.That(store.Requests, Is.Not.Empty.And.All.EqualTo("/blob"), "the token stays with the hub");
    }

    [Test]
    public async Task A_gated_model_names_the_page_of_its_licence()
    {
        await using var hub = await HubServer.StartAsync();
        hub.IsGated = true;
        await using var stage = await StageAsync();
        await stage.ApplyAsync(Image(stage, hub));
        Assert.That(await StalledAsync(stage, "ModelGated"), Does.Contain($"{hub.Endpoint}/{HubServer.Repository}"));
        hub.IsGated = false;
        await stage.NudgeAsync();
        await BuildsAsync(stage, HubServer.Commit(1));
    }

    [Test]
    public async Task A_repository_without_safetensors_is_refused_before_a_build()
    {
        await using var hub = await HubServer.StartAsync();
        hub.Files = ["config.json", "tokenizer.model", "pytorch_model.bin"];
        await using var stage = await StageAsync();
        await stage.ApplyAsync(Image(stage, hub));
        Assert.That(await StalledAsync(stage, "ModelUnsupported"), Does.Contain("pytorch_model.bin"));
        Assert.That(await stage.ListAsync<GemmaBuild>(), Is.Empty);
    }

    [Test]
    public async Task A_silent_hub_stalls_nothing_and_is_asked_again()
    {
        await using var hub = await HubServer.StartAsync();
        hub.Instead = context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        await using var stage = await StageAsync();
        await stage.ApplyAsync(Image(stage, hub));
        var waiting = await stage.UntilAsync(
            i => Stage.Is(i, ConditionType.Reconciling, "True", "ModelPending"),
            "Reconciling/ModelPending"
        );
        Assert.That(waiting.Status!.Conditions.Select(c => c.Type), Has.No.Member(ConditionType.Stalled));
        hub.Instead = null;
        await BuildsAsync(stage, HubServer.Commit(1));
    }

    [Test]
    public async Task A_moved_branch_is_followed_only_where_the_spec_asks_for_it()
    {
        await using var hub = await HubServer.StartAsync();
        await using var stage = await StageAsync();
        await stage.ApplyAsync(Image(stage, hub));
        await BuildsAsync(stage, HubServer.Commit(1));
        hub.Branches["main"] = HubServer.Commit(2);
        stage.Time.Advance(TimeSpan.FromDays(2));
        var asked = hub.Requests.Count;
        await stage.NudgeAsync();
        await stage.UntilAsync(i => i.Status?.LatestImage is not null, "an image is published");
        Assert.That(hub.Requests, Has.Count.EqualTo(asked), "nobody asked the hub");

        await stage.ApplyAsync(Image(stage, hub, follow: true));
        await stage.UntilAsync(i => i.Status?.Model?.Revision == HubServer.Commit(2), "the new commit is known");
        await Eventually.ThatAsync(
            async () =>
                (await stage.ListAsync<Eventsv1Event>()).Any(e =>
                    e.Reason == "ModelResolved" && e.Note.Contains(HubServer.Commit(1), StringComparison.Ordinal)
                ),
            "the event has the old commit"
        );
        Assert.That(await stage.ListAsync<GemmaBuild>(), Has.Count.EqualTo(1), "weights are in no image");
    }

    private static IEnumerable<TestCaseData> Misfits()
    {
        yield return Misfit(new ModelSpec(), "ModelRequired", ("gemmaoperator.io/model", "required"));
        yield return Misfit(null, "ServerCannotFetch");
        yield return Misfit(
            null,
            "ModelUnsupported",
            ("gemmaoperator.io/fetch", "1"),
            ("gemmaoperator.io/model-types", "gemma,gemma2")
        );
    }

    [TestCaseSource(nameof(Misfits))]
    public async Task A_server_that_does_not_take_the_weights_is_told_before_a_build(
        object? model,
        string reason,
        IReadOnlyDictionary<string, string> labels
    )
    {
        await using var hub = await HubServer.StartAsync();
        await using var stage = await StageAsync(labels);
        var image = Image(stage, hub);
        await stage.ApplyAsync(
            model is null
                ? image
                : stage.Image(s =>
                    s with
                    {
                        Rollout = s.Rollout with { Server = s.Rollout.Server with { Model = (ModelSpec)model } },
                    }
                )
        );
        Assert.That(await StalledAsync(stage, reason), Does.StartWith("spec.rollout.server.model"));
        Assert.That(await stage.ListAsync<GemmaBuild>(), Is.Empty);
    }

    private static TestCaseData Misfit(ModelSpec? model, string reason, params (string Name, string Value)[] labels) =>
        new TestCaseData(model, reason, labels.ToDictionary(l => l.Name, l => l.Value, StringComparer.Ordinal)).SetName(
            $"A_server_and_weights_that_do_not_go_together_are_{reason}"
        );

    /// <summary>Has a server that fetches, unless it is given other labels.</summary>
    private static async Task<Stage> StageAsync(IReadOnlyDictionary<string, string>? labels = null)
    {
        // The hubs are beside the operator.
        var stage = await Stage.StartAsync(trusted: [Registry.Egresses.Host("127.0.0.1")]);
        await stage.StandIns.ServerAsync(
            "team/server",
            "1",
            labels ?? new Dictionary<string, string>(StringComparer.Ordinal) { ["gemmaoperator.io/fetch"] = "1" },
            CancellationToken.None
        );
        return stage;
    }

    private static GemmaBaseImage Image(
        Stage stage,
        HubServer hub,
        string revision = "main",
        string? token = null,
        bool follow = false
    ) =>
        stage.Image(s =>
            s with
            {
                Triggers = s.Triggers with { Model = new ModelTrigger { Enabled = follow } },
                Rollout = s.Rollout with
                {
                    Server = s.Rollout.Server with
                    {
                        Model = new ModelSpec
                        {
                            Hub = new ModelHubSpec
                            {
                                Repository = HubServer.Repository,
                                Revision = revision,
                                Endpoint = hub.Endpoint,
                                TokenSecretRef = token is null ? null : new SecretKeyReference { Name = token },
                            },
                        },
                    },
                },
            }
        );

    private static async Task<string> StalledAsync(Stage stage, string reason) =>
        (await stage.UntilAsync(i => Stage.Is(i, ConditionType.Stalled, "True", reason), $"Stalled/{reason}"))
            .Status!.Conditions.Single(c => c.Type == ConditionType.Stalled)
            .Message;

    private static Task BuildsAsync(Stage stage, string commit) =>
        stage.UntilAsync(
            i =>
                i.Status is { LatestBuild: not null, Model: { } model }
                && model.Revision == commit
                && !Stage.Is(i, ConditionType.Stalled, "True"),
            $"{commit} is known and a build started"
        );

    private static Task EventAsync(Stage stage, string reason) =>
        Eventually.ThatAsync(
            async () => (await stage.ListAsync<Eventsv1Event>()).Any(e => e.Reason == reason),
            $"an event {reason}"
        );

    private static Task TokenAsync(Stage stage, string token) =>
        stage.Api.ApplyAsync(
            new V1Secret
            {
                ApiVersion = "v1",
                Kind = "Secret",
                Metadata = new V1ObjectMeta { Name = "hub", NamespaceProperty = stage.Cluster.Namespace },
                Data = new Dictionary<string, byte[]>(StringComparer.Ordinal)
                {
                    ["token"] = System.Text.Encoding.UTF8.GetBytes(token),
                },
            },
            CancellationToken.None
        );
}
