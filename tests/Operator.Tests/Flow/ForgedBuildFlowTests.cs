using GemmaOperator.Api.Builds;
using k8s.Models;
using Operator.Tests.Clusters;

namespace Operator.Tests.Flow;

/// <summary>Kind: a GemmaBuild that somebody else than the operator made.</summary>
internal sealed class ForgedBuildFlowTests
{
    [Test]
    public async Task A_copy_of_a_good_build_gets_no_Job_and_holds_up_nothing()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(stage.Image());
        await stage.UntilReadyAsync("gemma");
        var good = (await stage.ListAsync<GemmaBuild>()).Single();
        Assert.That(good.Status!.ConfirmedOwner, Is.EqualTo(good.Spec!.ImageRef.Uid));

        var forged = await stage.Api.CreateAsync(
            new GemmaBuild
            {
                Metadata = new V1ObjectMeta
                {
                    Name = "gemma-b9",
                    NamespaceProperty = stage.Cluster.Namespace,
                    Labels = good.Metadata.Labels,
                    OwnerReferences = good.Metadata.OwnerReferences,
                },
                Spec = good.Spec with { Number = 9 },
            },
            CancellationToken.None
        );
        await Eventually.ThatAsync(
            async () =>
                (await stage.ListAsync<GemmaBuild>())
                    .Single(b => b.Metadata.Uid == forged.Metadata.Uid)
                    .Status?.Conditions.Any(c => c is { Type: "Stalled", Status: "True", Reason: "NotOurs" }) == true,
            "it is told"
        );

        await stage.AskForBuildAsync("now");
        await Eventually.ThatAsync(
            async () => (await stage.ListAsync<GemmaBuild>()).Any(b => b.Metadata.Name == "gemma-b2" && IsGood(b)),
            "the object's own next build is the second and ends well"
        );
        Assert.That(
            (await stage.ListAsync<V1Job>()).Where(j =>
                j.Metadata.OwnerReferences.Any(o => o.Uid == forged.Metadata.Uid)
            ),
            Is.Empty
        );
    }

    private static bool IsGood(GemmaBuild build) =>
        build.Status?.Conditions.Any(c => c is { Type: "Succeeded", Status: "True" }) == true;
}
