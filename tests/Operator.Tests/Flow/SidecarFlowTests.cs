using System.Text.Json.Nodes;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using k8s.Models;
using LocalCluster.Nodes;
using Operator.Tests.Clusters;
using Tests.Shared;

namespace Operator.Tests.Flow;

/// <summary>A namespace whose mesh puts a proxy into every pod, which goes on for as long as the pod does.</summary>
internal sealed class SidecarFlowTests
{
    private const string Proxy = "istio-proxy";

    [TestCase(true, Description = "in a container of its own, before ours")]
    [TestCase(false, Description = "as a native sidecar")]
    public async Task A_build_and_its_check_end_when_they_are_done_and_leave_no_proxy_behind(bool isBeside)
    {
        await using var stage = await Stage.StartAsync();
        stage.Runner.Hold = RunOn;
        await using var hook = await stage.Cluster.HookAsync(
            new HookOptions(),
            asked => Verdict.Changed(Meshed(asked.Object!, isBeside))
        );
        await stage.ApplyAsync(
            stage.Image(s => s with { Rollout = s.Rollout with { Mode = RolloutMode.PublishOnly } })
        );
        await stage.UntilReadyAsync();
        var build = (await stage.ListAsync<GemmaBuild>()).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.HasSucceeded);
            Assert.That(build.Status!.Steps.Select(s => s.Attempts ?? 1), Is.All.EqualTo(1), "nothing was repeated");
            Assert.That(hook.Asked, Is.Not.Empty);
        }

        // An API server alone has no garbage collector: a pod whose Job is gone is as good as ended.
        await Eventually.ThatAsync(
            async () =>
            {
                var jobs = await stage.ListAsync<V1Job>();
                var uids = jobs.Select(j => j.Metadata.Uid).ToHashSet(StringComparer.Ordinal);
                return jobs.All(j => j.Status?.Active is null or 0)
                    && (await stage.ListAsync<V1Pod>()).All(p =>
                        p.Status?.Phase != "Running" || p.Metadata.OwnerReferences.All(o => !uids.Contains(o.Uid))
                    );
            },
            "no pod runs on"
        );
    }

    [Test]
    public async Task A_failed_build_is_told_by_its_own_container_s_words_and_its_log_is_the_executor_s()
    {
        await using var stage = await Stage.StartAsync();
        stage.Runner.Hold = RunOn;
        stage.Runner.Fault = container =>
            container.Name == "kaniko"
                ? new StandIns.SimulatedFault(["error building image: no space left on device"])
                : null;
        await using var hook = await stage.Cluster.HookAsync(
            new HookOptions(),
            asked => Verdict.Changed(Meshed(asked.Object!, isBeside: true))
        );
        await stage.ApplyAsync(stage.Image());
        await stage.UntilAsync(
            i => Stage.Is(i, ConditionType.BuildSucceeded, "False"),
            "the build fails, though its Job never would"
        );
        var failed = (await stage.ListAsync<GemmaBuild>()).Single().Status!.Failure!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(failed.Reason, Is.EqualTo("EphemeralStorageExceeded"));
            Assert.That(failed.Container, Is.EqualTo("kaniko"));
            Assert.That(failed.LogTail, Does.Contain("no space left on device"));
        }
    }

    private static Task RunOn(ContainerSpec container, CancellationToken cancellationToken)
    {
        if (container.Name != Proxy)
        {
            return Task.CompletedTask;
        }

        container.Ready();
        return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
    }

    private static JsonObject Meshed(JsonObject pod, bool isBeside)
    {
        var spec = pod["spec"]!.AsObject();
        var proxy = new JsonObject { ["name"] = Proxy, ["image"] = "registry.example/istio/proxyv2:1" };
        if (isBeside)
        {
            spec["containers"]!.AsArray().Insert(0, proxy);
            return pod;
        }

        proxy["restartPolicy"] = "Always";
        spec["initContainers"] ??= new JsonArray();
        spec["initContainers"]!.AsArray().Insert(0, proxy);
        return pod;
    }
}
