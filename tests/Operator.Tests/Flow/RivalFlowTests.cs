using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.Runtime.Contracts;
using Operator.Tests.Clusters;

namespace Operator.Tests.Flow;

/// <summary>
/// Two objects that push to one repository: one keeps it, the other is told, and takes it when it is free.
/// </summary>
internal sealed class RivalFlowTests
{
    [Test]
    public async Task One_is_refused_by_name_until_the_other_is_gone()
    {
        await using var stage = await Stage.StartAsync();
        foreach (var name in new[] { "one", "two" })
        {
            var image = stage.Image(s => s with { Rollout = s.Rollout with { Mode = RolloutMode.PublishOnly } });
            image.Metadata.Name = name;
            await stage.ApplyAsync(image);
        }

        // Created within one second, the uid decides which is the older.
        IReadOnlyList<GemmaBaseImage> images = [];
        await Eventually.ThatAsync(
            async () =>
                (images = await stage.ListAsync<GemmaBaseImage>()).Count(i => Stage.Is(i, "Ready", "True")) == 1
                && images.Count(i => Stage.Is(i, "Stalled", "True", "InvalidSpec")) == 1,
            "one is Ready and one is refused"
        );
        var (older, younger) = (
            images.Single(i => Stage.Is(i, "Ready", "True")).Metadata.Name,
            images.Single(i => Stage.Is(i, "Stalled", "True"))
        );
        Assert.That(
            younger.Status!.Conditions.Single(c => c.Type == "Stalled").Message,
            Does.StartWith("spec.output.repository")
                .And.Contain($"/{older} is older and pushes to {stage.Repository} too")
        );

        await stage.Api.DeleteAsync<GemmaBaseImage>(stage.Cluster.Namespace, older, null, CancellationToken.None);
        await stage.UntilReadyAsync(younger.Metadata.Name);
    }
}
