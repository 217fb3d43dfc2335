using GemmaOperator.Api.Words;
using k8s.Models;
using Operator.Tests.BaseImages.Status;
using Operator.Tests.Clusters;

namespace Operator.Tests.Flow.Inputs;

/// <summary>Inputs that are each within their bounds and together too large for a build.</summary>
public sealed class OversizedInputTests
{
    [Test]
    public async Task A_spec_that_no_build_can_hold_is_told_and_a_smaller_one_is_enough()
    {
        await using var stage = await Stage.StartAsync();
        var image = stage.Image(s => s with { Rollout = s.Rollout with { Mode = RolloutMode.PublishOnly } });
        await stage.ApplyAsync(image with { Spec = image.Spec! with { Env = RefusedInputTests.LargeEnvironment } });
        var stalled = await stage.UntilAsync(
            i => Stage.Is(i, ConditionType.Stalled, "True", ImageReason.Stalled.InvalidSpec),
            "it is stalled"
        );
        Assert.That(
            stalled.Status!.Conditions.Single(c => c.Type == ConditionType.Stalled).Message,
            Does.StartWith("spec: the Dockerfile that is rendered from it has ")
                .And.Contain("shorten spec.env")
                .And.EndWith("at most 524288")
        );
        await Eventually.ThatAsync(
            async () => (await stage.ListAsync<Eventsv1Event>()).Any(e => e.Reason == ImageReason.Stalled.InvalidSpec),
            "an event says so"
        );

        await stage.ApplyAsync(image);
        await stage.UntilReadyAsync();
    }
}
