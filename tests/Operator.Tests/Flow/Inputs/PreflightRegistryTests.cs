using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using k8s.Models;
using LocalCluster.Images;
using Operator.Tests.Clusters;
using static Operator.Tests.Flow.Inputs.PreflightFlowTests;

namespace Operator.Tests.Flow.Inputs;

/// <summary>What registries tell before a build, and what is done where they don't mount.</summary>
internal sealed class PreflightRegistryTests
{
    [Test]
    public async Task A_repository_that_does_not_exist_is_named_by_its_field_before_a_build()
    {
        var exists = false;
        await using var stage = await Stage.StartAsync(
            Faulty(r =>
                !exists && r.Path == "/v2/team/gemma-base-service/blobs/uploads/"
                    ? new RegistryFault(404, """{"errors":[{"code":"NAME_UNKNOWN","message":"no such repository"}]}""")
                    : null
            )
        );
        await SeedAsync(stage);
        await stage.ApplyAsync(stage.Image());
        var stalled = await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True"), "it is stalled");
        Assert.That(
            Message(stalled, "Stalled", "RepositoryNotFound"),
            Does.StartWith("spec.rollout.server.repository: ")
                .And.Contain("NAME_UNKNOWN: no such repository")
                .And.Contain("Create it")
        );
        Assert.That(await stage.ListAsync<GemmaBuild>(), Is.Empty);
        exists = true;
        await LookAgainAsync(stage);
        await stage.UntilReadyAsync();
    }

    [Test]
    public async Task Credentials_that_may_not_push_are_told_before_a_build()
    {
        await using var stage = await Stage.StartAsync(
            Faulty(r =>
                r is { Method: "POST", Path: "/v2/team/gemma-base/blobs/uploads/" } ? new RegistryFault(403) : null
            )
        );
        await SeedAsync(stage);
        await stage.ApplyAsync(stage.Image());
        var stalled = await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True"), "it is stalled");
        Assert.That(
            Message(stalled, "Stalled", "PushRefused"),
            Does.StartWith("spec.output.repository: ")
                .And.Contain("no credentials are set for it (spec.output.credentials)")
        );
        Assert.That(await stage.ListAsync<GemmaBuild>(), Is.Empty);
    }

    [Test]
    public async Task A_registry_that_is_away_is_waited_for()
    {
        var isAway = true;
        await using var stage = await Stage.StartAsync(
            Faulty(r =>
                isAway && r.Path.StartsWith("/v2/team/server/", StringComparison.Ordinal)
                    ? new RegistryFault(503)
                    : null
            )
        );
        await SeedAsync(stage, server: false);
        await stage.ApplyAsync(stage.Image());
        var waiting = await stage.UntilAsync(
            i => Stage.Is(i, "Reconciling", "True", "AwaitingRegistry"),
            "the registry is waited for"
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Message(waiting, "Reconciling"), Does.StartWith("spec.rollout.server.image: "));
            Assert.That(Stage.Is(waiting, "Stalled", "True"), Is.False);
            Assert.That(await stage.ListAsync<GemmaBuild>(), Is.Empty);
        }

        isAway = false;
        await stage.StandIns.ServerAsync("team/server", "1", CancellationToken.None);
        await LookAgainAsync(stage);
        await stage.UntilReadyAsync();
    }

    [Test]
    public async Task A_refresh_that_cannot_begin_leaves_the_service_Ready()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(stage.Image());
        await stage.UntilReadyAsync();
        await stage.DeleteManifestAsync("team/server", "1");
        // What was read of it five minutes ago would do.
        stage.Time.Advance(TimeSpan.FromMinutes(6));
        await stage.AskForBuildAsync("refresh");
        var stale = await stage.UntilAsync(i => Stage.Is(i, "Fresh", "False", "RefreshFailed"), "it isn't fresh");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Message(stale, "Fresh"), Does.Contain("spec.rollout.server.image"));
            Assert.That(Stage.Is(stale, "Ready", "True"));
            Assert.That(Stage.Is(stale, "Stalled", "True"), Is.False);
            Assert.That(await stage.ListAsync<GemmaBuild>(), Has.Count.EqualTo(1));
        }
    }

    [Test]
    public async Task A_registry_that_does_not_mount_gets_copies_and_the_bytes_are_told()
    {
        await using var stage = await Stage.StartAsync(
            new ImageRegistryOptions { Mounts = (_, to) => !to.EndsWith("-service", StringComparison.Ordinal) }
        );
        await stage.ApplyAsync(stage.Image());
        await stage.UntilReadyAsync();
        await Eventually.ThatAsync(
            async () =>
                (await stage.ListAsync<Eventsv1Event>()).Any(e =>
                    e.Reason == "Assembled"
                    && e.Note.Contains("doesn't mount layers across repositories", StringComparison.Ordinal)
                    && e.Note.Contains("bytes were copied", StringComparison.Ordinal)
                ),
            "an event tells of the copy"
        );
    }

    private static ImageRegistryOptions Faulty(Func<RegistryRequest, RegistryFault?> fault) => new() { Fault = fault };

    private static async Task SeedAsync(Stage stage, bool server = true)
    {
        await stage.StandIns.BaseAsync("hub/pytorch/pytorch", "2.10.0-cuda12.8-cudnn9-runtime", CancellationToken.None);
        if (server)
        {
            await stage.StandIns.ServerAsync("team/server", "1", CancellationToken.None);
        }
    }
}
