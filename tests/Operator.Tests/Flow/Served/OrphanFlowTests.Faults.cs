using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Workloads;
using k8s.Models;
using Operator.Tests.Clusters;
using Operator.Tests.Runtime.Faults;

namespace Operator.Tests.Flow.Served;

/// <summary>The operator dies meanwhile, or knows too little.</summary>
internal sealed partial class OrphanFlowTests
{
    [Test]
    public async Task Killed_after_any_write_it_lets_go_all_the_same([Range(1, 6)] int killAfter)
    {
        TestCluster.NeedsGarbageCollector();
        await using var stage = await Stage.StartAsync(startOperator: false);
        await using var proxy = await FaultProxy.StartAsync(stage.Cluster.Configuration);
        await stage.StartOperatorAsync(proxy.Configuration);
        await stage.ApplyAsync(With(stage, DeletionPolicy.Delete));
        await stage.UntilReadyAsync();
        await UntilInForceAsync(stage, DeletionPolicy.Delete);
        var pod = await PodAsync(stage);
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
        await stage.ApplyAsync(With(stage, DeletionPolicy.Orphan));
        await Eventually.ThatAsync(
            async () =>
                dead.Task.IsCompleted
                || (await stage.ReadAsync()).Status!.DeletionPolicy?.Value == DeletionPolicy.Orphan,
            "it died or it is done"
        );
        await stage.StopOperatorAsync();
        proxy.Plan = _ => Fault.None;
        await stage.StartOperatorAsync();
        await UntilInForceAsync(stage, DeletionPolicy.Orphan);
        await stage.StopOperatorAsync();

        // Nobody has to be there when it is deleted.
        await DeleteAsync(stage, "Foreground");
        await Eventually.ThatAsync(
            async () => (await stage.ListAsync<GemmaBuild>()).Count == 0,
            "its builds go with it"
        );
        Assert.That((await PodAsync(stage)).Metadata.Uid, Is.EqualTo(pod.Metadata.Uid));
    }

    [Test]
    public async Task An_object_that_is_gone_takes_nothing_back_while_its_cache_still_has_it()
    {
        TestCluster.NeedsGarbageCollector();
        await using var stage = await Stage.StartAsync(startOperator: false);
        await using var proxy = await FaultProxy.StartAsync(stage.Cluster.Configuration);
        var isBehind = false;
        await StartBehindAsync(stage, proxy, () => isBehind);
        var (pod, deployment) = (await PodAsync(stage), await DeploymentAsync(stage));
        isBehind = true;
        await UntilGoneAsync(stage, "Orphan");

        var before = proxy.Requests.Count(r => r == Asked);
        await NudgeAsync(stage);
        await Eventually.ThatAsync(
            () => Task.FromResult(proxy.Requests.Count(r => r == Asked) > before),
            "it asks whether it is still there"
        );
        Assert.That((await DeploymentAsync(stage)).Metadata.OwnerReferences, Is.Null.Or.Empty);
        isBehind = false;
        proxy.CutAll();
        await stage.TakeBaseAwayAsync();
        await stage.ApplyAsync(With(stage, DeletionPolicy.Delete));
        await UntilInForceAsync(stage, DeletionPolicy.Delete);
        Assert.That((await DeploymentAsync(stage)).Metadata.Uid, Is.EqualTo(deployment.Metadata.Uid));
        Assert.That((await PodAsync(stage)).Metadata.Uid, Is.EqualTo(pod.Metadata.Uid));
    }

    [Test]
    public async Task An_object_that_is_gone_serves_nothing_anew_while_its_cache_still_has_it()
    {
        TestCluster.NeedsGarbageCollector();
        await using var stage = await Stage.StartAsync(startOperator: false);
        await using var proxy = await FaultProxy.StartAsync(stage.Cluster.Configuration);
        var isBehind = false;
        await StartBehindAsync(stage, proxy, () => isBehind);
        isBehind = true;
        var before = proxy.Requests.Count;
        await UntilGoneAsync(stage, "Background");
        await Eventually.ThatAsync(
            async () =>
                (await stage.ListAsync<V1Deployment>()).Count == 0
                && proxy.Requests.Skip(before).Count(r => r == Asked) > 1,
            "what served is gone, and it asked"
        );
        Assert.That(
            proxy.Requests.Skip(before),
            Has.None.StartsWith("PATCH deployments").And.None.StartsWith("PATCH services")
        );
    }

    private static string Asked => $"GET {GemmaBaseImage.KubePlural}";

    /// <summary>Has an object served by an operator that isn't told what becomes of it from when one says so.</summary>
    private static async Task StartBehindAsync(Stage stage, FaultProxy proxy, Func<bool> isBehind)
    {
        proxy.Plan = request =>
            FaultProxy.IsWatch(request)
            && request.Path.Value!.EndsWith($"/{GemmaBaseImage.KubePlural}", StringComparison.Ordinal)
                ? new Fault { Swallow = isBehind }
                : Fault.None;
        await stage.StartOperatorAsync(proxy.Configuration);
        await stage.ApplyAsync(With(stage, DeletionPolicy.Delete));
        await stage.UntilReadyAsync();
    }

    /// <summary>Wakes whoever looks at the Deployment.</summary>
    private static Task NudgeAsync(Stage stage) =>
        stage.Api.PatchAsync<V1Deployment>(
            stage.Cluster.Namespace,
            "gemma",
            new JsonObject
            {
                ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["example.com/nudge"] = "1" } },
            },
            subresource: null,
            CancellationToken.None
        );
}
