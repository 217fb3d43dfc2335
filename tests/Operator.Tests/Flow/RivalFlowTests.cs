using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.Runtime.Contracts;
using Operator.Tests.Clusters;

namespace Operator.Tests.Flow;

/// <summary>
/// Two objects that push to one repository: the first that has a good image there keeps it, the other is told, and
/// takes it when it is free.
/// </summary>
internal sealed class RivalFlowTests
{
    [Test]
    public async Task One_is_refused_without_a_name_until_the_other_is_gone()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(Image(stage, "one"));
        await stage.UntilReadyAsync("one");
        await stage.ApplyAsync(Image(stage, "two"));

        IReadOnlyList<GemmaBaseImage> images = [];
        await Eventually.ThatAsync(
            async () =>
                (images = await stage.ListAsync<GemmaBaseImage>()).Any(i =>
                    Stage.Is(i, "Stalled", "True", "RepositoryTaken")
                ),
            "the second is refused"
        );
        var told = images.Single(i => Stage.Is(i, "Stalled", "True"));
        Assert.That(told.Metadata.Name, Is.EqualTo("two"));
        Assert.That(
            told.Status!.Conditions.Single(c => c.Type == "Stalled").Message,
            Does.StartWith("spec.output.repository: another object").And.Not.Contain("/one ").And.Not.Contain(" one ")
        );

        await stage.Api.DeleteAsync<GemmaBaseImage>(stage.Cluster.Namespace, "one", null, CancellationToken.None);
        await stage.UntilReadyAsync("two");
    }

    private static GemmaBaseImage Image(Stage stage, string name)
    {
        var image = stage.Image(s => s with { Rollout = s.Rollout with { Mode = RolloutMode.PublishOnly } });
        image.Metadata.Name = name;
        return image;
    }
}
