using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Verify;
using Operator.Tests.Clusters;
using Operator.Tests.Runtime.Faults;

namespace Operator.Tests.Flow.Platforms;

/// <summary>The operator dies after any single write of a build for two platforms: the next one goes on.</summary>
internal sealed class PlatformRestartTests
{
    [Test]
    public async Task Killed_after_any_write_it_joins_the_same_two_images([Range(2, 26, 3)] int killAfter)
    {
        await using var stage = await TwoPlatforms.StageAsync(startOperator: false);
        await using var proxy = await FaultProxy.StartAsync(stage.Cluster.Configuration);
        var death = proxy.DieAtWrite(killAfter);
        await stage.StartOperatorAsync(proxy.Configuration);
        await stage.ApplyAsync(TwoPlatforms.Image(stage));
        await Eventually.ThatAsync(
            async () => death.HasCome || Stage.Is(await stage.ReadAsync(), ConditionType.Ready, "True"),
            "it died or it is done"
        );
        await stage.StopOperatorAsync();
        await stage.StartOperatorAsync();

        await stage.UntilReadyAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await stage.ListAsync<GemmaBuild>(), Has.Count.EqualTo(1), "builds");
            Assert.That(await stage.JobsAsync(KanikoJob.Container), Is.EqualTo(2), "build Jobs");
            Assert.That(await stage.JobsAsync(VerifyJob.Container), Is.EqualTo(2), "verification Jobs");
            Assert.That(
                stage.Registry.Tags("team/gemma-base"),
                Has.Count.EqualTo(4),
                "a tag for each image, the index' own and the alias"
            );
        }
    }
}
