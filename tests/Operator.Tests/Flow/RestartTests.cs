using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Verify;
using k8s.Models;
using Operator.Tests.Clusters;
using Operator.Tests.Runtime.Faults;

namespace Operator.Tests.Flow;

/// <summary>The operator dies after any single write: the next one goes on where it stood.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RestartTests
{
    /// <summary>More than the flow has; the last ones prove that the walk went over all of them.</summary>
    private const int MostWrites = 40;

    [Test]
    public async Task Killed_after_any_write_it_ends_in_the_same_state([Range(1, MostWrites)] int killAfter)
    {
        await using var stage = await Stage.StartAsync(startOperator: false);
        await using var proxy = await FaultProxy.StartAsync(stage.Cluster.Configuration);
        var death = proxy.DieAtWrite(killAfter);
        await stage.StartOperatorAsync(proxy.Configuration);
        await stage.ApplyAsync(stage.Image());
        await Eventually.ThatAsync(
            async () => death.HasCome || Stage.Is(await stage.ReadAsync(), ConditionType.Ready, "True"),
            "it died or it is done"
        );
        await stage.StopOperatorAsync();
        await stage.StartOperatorAsync();

        var image = await stage.UntilReadyAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(image.Status!.BuildCounter, Is.EqualTo(1));
            Assert.That(Stage.Is(image, "Ready", "True", "Serving"));
            Assert.That(await stage.ListAsync<GemmaBuild>(), Has.Count.EqualTo(1), "builds");
            Assert.That(await stage.JobsAsync(KanikoJob.Container), Is.EqualTo(1), "build Jobs");
            Assert.That(await stage.JobsAsync(VerifyJob.Container), Is.EqualTo(1), "verification Jobs");
            Assert.That(await stage.ListAsync<V1Deployment>(), Has.Count.EqualTo(1), "Deployments");
            Assert.That(
                (await stage.ListAsync<V1ControllerRevision>()).Select(r => r.Metadata.Name),
                Is.EqualTo([image.Status.ServingRevision?.Name]),
                "the template to go back to"
            );
            Assert.That(stage.Registry.Tags("team/gemma-base"), Has.Count.EqualTo(2), "the unique tag and the alias");
            Assert.That(killAfter < MostWrites || !death.HasCome, "the flow has more writes than are walked");
        }
    }
}
