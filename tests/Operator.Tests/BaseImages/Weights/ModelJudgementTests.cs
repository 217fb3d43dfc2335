using GemmaOperator.Api.Models;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.Hub;

namespace Operator.Tests.BaseImages.Weights;

internal sealed class ModelJudgementTests
{
    private static readonly HubRevision Revision = new(
        HubCommit.TryParse(Weighed.Commit, out var commit) ? commit : throw new FormatException(),
        [
            new HubFile("config.json", 500, null),
            new HubFile("tokenizer.model", 1500, null),
            new HubFile("model.safetensors", 20_000_000_000, null),
        ],
        "gemma3_text"
    );

    [TestCase("18Gi")]
    [TestCase("20G")]
    public void A_claim_that_can_t_hold_the_weights_is_told_before_it_is_made(string size) =>
        Assert.That(
            ((ModelResolution.Refused)Judge(size)).Message,
            Is.EqualTo(
                $"spec.rollout.server.model.hub.storage.size: {size} doesn't hold the 20.0 GB of "
                    + "google/gemma-3-1b-it at 8be88f1b1a2c; write at least 21Gi"
            )
        );

    [TestCase("19Gi")]
    [TestCase(null)]
    public void One_that_can_or_none_is_taken(string? size) =>
        Assert.That(((ModelResolution.Resolved)Judge(size)).Identity.SizeBytes, Is.EqualTo(20_000_002_000));

    private static ModelResolution Judge(string? size)
    {
        var hub = Weighed.Hub with { Storage = size is null ? null : new ModelStorageSpec { Size = size } };
        var image = Weighed.Image(new ModelSpec { Hub = hub });
        return ModelJudgement.Judge(image, image.Declared(), new SourceAnswer.OfHub(Revision), A.Morning, null);
    }
}
