using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;

namespace Operator.Tests.Flow;

/// <summary>The operator is woken by others' changes, not by its own status writes.</summary>
public sealed class OwnStatusTests
{
    [Test]
    public async Task A_status_that_somebody_wipes_is_written_again()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(
            stage.Image(s => s with { Rollout = s.Rollout with { Mode = RolloutMode.PublishOnly } })
        );
        await stage.UntilReadyAsync();
        await stage.Api.PatchAsync<GemmaBaseImage>(
            stage.Cluster.Namespace,
            "gemma",
            new JsonObject { ["status"] = new JsonObject { ["conditions"] = null } },
            "status",
            CancellationToken.None
        );
        await stage.UntilReadyAsync();
    }

    [Test]
    public async Task Suspending_and_resuming_is_remembered_in_a_field_of_its_own()
    {
        await using var stage = await Stage.StartAsync();
        var image = stage.Image(s => s with { Suspend = true });
        await stage.ApplyAsync(image);
        var suspended = await stage.UntilAsync(i => i.Status?.SuspendTime is not null, "it is suspended");
        Assert.That(suspended.Status!.ResumeTime, Is.Null);
        await stage.ApplyAsync(image with { Spec = image.Spec! with { Suspend = false } });
        await stage.UntilAsync(
            i => i.Status is { SuspendTime: null, ResumeTime: not null },
            "the suspension has ended"
        );
        await stage.UntilAsync(i => Stage.Is(i, ConditionType.Reconciling, "True"), "and it builds");
    }
}
