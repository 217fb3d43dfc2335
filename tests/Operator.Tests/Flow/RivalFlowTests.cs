using GemmaOperator.Api;

namespace Operator.Tests.Flow;

/// <summary>Two objects that push to one repository: the older keeps it, the younger is told, and takes it when it is free.</summary>
internal sealed class RivalFlowTests
{
    [Test]
    public async Task The_younger_is_refused_by_name_until_the_older_is_gone()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(Named(stage, "elder"));
        await stage.UntilReadyAsync("elder");
        await stage.ApplyAsync(stage.Image());
        var refused = await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True", "InvalidSpec"), "the younger is refused");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Status!.Conditions.Single(c => c.Type == "Stalled").Message, Does.StartWith("spec.output.repository").And.Contain("/elder is older"));
            Assert.That(await stage.ListAsync<GemmaBuild>(), Has.Count.EqualTo(1));
        }

        await stage.Api.DeleteAsync<GemmaBaseImage>(stage.Cluster.Namespace, "elder", GemmaOperator.Runtime.DeletionPropagation.Background, null, CancellationToken.None);
        await stage.UntilReadyAsync();
    }

    private static GemmaBaseImage Named(Stage stage, string name)
    {
        var image = stage.Image(s => s with { Rollout = s.Rollout with { Mode = "PublishOnly" } });
        image.Metadata.Name = name;
        return image;
    }
}
