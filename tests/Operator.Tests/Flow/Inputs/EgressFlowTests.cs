using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using LocalCluster.Images;
using Operator.Tests.Registry;

namespace Operator.Tests.Flow.Inputs;

/// <summary>A registry inside that nobody named to the operator is told early, with the option for it.</summary>
public sealed class EgressFlowTests
{
    [Test]
    public async Task A_registry_inside_is_refused_until_the_operator_is_told_of_it()
    {
        await using var stage = await Stage.StartAsync();
        await using var inside = await ImageRegistry.StartAsync(new ImageRegistryOptions(), CancellationToken.None);
        await stage.ApplyAsync(
            stage.Image(s => s with { Output = s.Output with { Repository = $"{inside.Host}/team/gemma-base" } })
        );
        var stalled = await stage.UntilAsync(
            i => Stage.Is(i, ConditionType.Stalled, "True", "EgressRefused"),
            "it is refused"
        );
        Assert.That(
            stalled.Status!.Conditions.Single(c => c.Type == ConditionType.Stalled).Message,
            Does.StartWith("spec.output.repository: ")
                .And.Contain($"{inside.Host} is the operator's own machine, which isn't asked")
                .And.Contain($"--trusted-host={inside.Host} (trustedHosts of the chart)")
        );
        Assert.That(await stage.ListAsync<GemmaBuild>(), Is.Empty);

        stage.Trusted = [Egresses.Host(inside.Host)];
        await stage.StopOperatorAsync();
        await stage.StartOperatorAsync();
        await stage.UntilAsync(i => i.Status?.LatestBuild is not null, "a build is made");
    }
}
