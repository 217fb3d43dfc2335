using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Pods;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Workloads;
using k8s.Models;
using LocalCluster.Nodes;
using Operator.Tests.Clusters;
using Operator.Tests.Runtime.Faults;
using StandIns;

namespace Operator.Tests.Flow;

/// <summary>One node with one GPU: settings of the server that don't work give the GPU back to those that do.</summary>
internal sealed class SettingsFlowTests
{
    [TestCase(RolloutStrategy.InPlace)]
    [TestCase(RolloutStrategy.Recreate)]
    public async Task Settings_that_crash_the_server_go_back_and_stay_out_until_they_are_changed(
        RolloutStrategy strategy
    )
    {
        await using var stage = await Stage.StartAsync(startOperator: false);
        await using var proxy = await FaultProxy.StartAsync(stage.Cluster.Configuration);
        await stage.StartOperatorAsync(proxy.Configuration);
        await stage.ApplyAsync(With(stage, null, strategy));
        var good = (await stage.UntilReadyAsync()).Status!.ServingImage!;
        var tries = 0;
        stage.Runner.Fault = c =>
        {
            var isBad = c.Serves && c.Env.GetValueOrDefault("MODE") == "bad";
            tries += isBad ? 1 : 0;
            return isBad ? new SimulatedFault(["MODE: expected one of good, found 'bad'"], 2) : null;
        };

        await stage.ApplyAsync(With(stage, "bad", strategy));
        var back = await stage.UntilAsync(
            i => Stage.Is(i, "Stalled", "True", "SettingsRolledBack") && Stage.Is(i, "Available", "True"),
            "the settings before serve again"
        );
        await UntilServedAsync(stage, good.Reference, null);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (back.Status!.ServingImage, back.Status.RejectedDigests, back.Status.BuildCounter),
                Is.EqualTo((good, (IReadOnlyList<string>?)null, 1L))
            );
            Assert.That(
                back.Status.Conditions.Single(c => c.Type == "Stalled").Message,
                Does.StartWith("spec.rollout.server: ")
                    .And.Contain("MODE: expected one of good, found 'bad'")
                    .And.Contain("they differ in spec.containers[name=server].env[name=MODE]")
            );
            Assert.That(Stage.Is(back, "Ready", "False", "SettingsRolledBack"));
            Assert.That(back.Spec!.Rollout.Server.Env, Has.Count.EqualTo(1), "the spec is the user's");
        }

        await Eventually.ThatAsync(
            async () =>
                (await stage.ListAsync<Eventsv1Event>()).Count(e =>
                    e.Reason == "SettingsRolledBack" && e.Regarding.Kind == "GemmaBaseImage"
                ) == 1,
            "one event tells of it"
        );
        await RestartAsync(stage, proxy);
        var failures = tries;
        await stage.AskForBuildAsync("refresh");
        var refreshed = await stage.UntilAsync(
            i => i.Status!.ServingImage!.Build == "gemma-b2" && Stage.Is(i, "Available", "True"),
            "the next image serves"
        );
        Assert.That(
            (Stage.Is(refreshed, "Stalled", "True", "SettingsRolledBack"), tries),
            Is.EqualTo((true, failures)),
            "with the settings that work"
        );

        await stage.ApplyAsync(With(stage, "good", strategy));
        await stage.UntilReadyAsync();
        await UntilServedAsync(stage, refreshed.Status!.ServingImage!.Reference, "good");
    }

    [Test]
    public async Task An_image_and_settings_that_fail_together_go_together_and_the_image_comes_back_with_others()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(With(stage, null));
        var good = (await stage.UntilReadyAsync()).Status!.ServingImage!;
        stage.Runner.Fault = c =>
            c.Serves && c.Image != good.Reference && c.Env.GetValueOrDefault("MODE") == "bad"
                ? new SimulatedFault(["no"], 2)
                : null;
        // The settings are still in their soak when the image comes.
        await stage.ApplyAsync(With(stage, "bad", server: "2", soak: "1h"));
        var back = await stage.UntilAsync(
            i => Stage.Is(i, "Stalled", "True", "SettingsRolledBack"),
            "both are given up"
        );
        await UntilServedAsync(stage, good.Reference, null);
        Assert.That(
            (back.Status!.ServingImage, back.Status.RejectedDigests),
            Is.EqualTo((good, (IReadOnlyList<string>?)null))
        );

        await stage.ApplyAsync(With(stage, "good", server: "2"));
        var mended = await stage.UntilReadyAsync();
        Assert.That(
            (mended.Status!.ServingImage!.Digest, mended.Status.PreviousImage),
            Is.EqualTo((back.Status.RejectedSettings!.Digest, good))
        );
        await UntilServedAsync(stage, mended.Status.ServingImage.Reference, "good");
    }

    /// <summary>Another life of the operator finds everything as it should be.</summary>
    private static async Task RestartAsync(Stage stage, FaultProxy proxy)
    {
        await stage.StopOperatorAsync();
        var before = proxy.Writes.Count;
        await stage.StartOperatorAsync(proxy.Configuration);
        await stage.SettledAsync();
        Assert.That(proxy.Writes.Skip(before).Select(w => w.Request), Is.Empty);
    }

    private static Task UntilServedAsync(Stage stage, string reference, string? mode) =>
        Eventually.ThatAsync(
            async () =>
                (await stage.ListAsync<V1Pod>($"{WorkloadMetadata.NameLabel}={WorkloadMetadata.ServerName}"))
                    is [{ Metadata.DeletionTimestamp: null } pod]
                && pod.Server?.Ready == true
                && pod.Spec.Containers[0].Image == reference
                && pod.Spec.Containers[0].Env.FirstOrDefault(e => e.Name == "MODE")?.Value == mode,
            $"{reference} serves with MODE {mode}"
        );

    private static GemmaBaseImage With(
        Stage stage,
        string? mode,
        RolloutStrategy strategy = RolloutStrategy.InPlace,
        string server = "1",
        string soak = "0s"
    ) =>
        stage.Image(s =>
            s with
            {
                Rollout = s.Rollout with
                {
                    Strategy = strategy,
                    Rollback = new RollbackSpec { SoakTime = soak },
                    Server = s.Rollout.Server with
                    {
                        Image = $"{stage.Registry.Host}/team/server:{server}",
                        Env = mode is null ? [] : [new ServerVariable { Name = "MODE", Value = mode }],
                    },
                },
            }
        );
}
