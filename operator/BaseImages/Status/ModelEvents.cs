using GemmaOperator.Api.Models;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.Cluster;

namespace GemmaOperator.BaseImages.Status;

/// <summary>Renders the events of a fetch of weights: what the new status says that the old one didn't.</summary>
internal static class ModelEvents
{
    public static EventText? Between(ModelStatus? before, ModelStatus? after)
    {
        if (after?.Fetch is not { } now)
        {
            return null;
        }

        var old = before?.Claim == after.Claim ? before?.Fetch : null;
        if (now.Stage == ModelFetchStage.Fetched && old?.Stage.Value != ModelFetchStage.Fetched)
        {
            return new EventText(
                false,
                "ModelFetched",
                "RollOut",
                $"{after.Reference} ({after.Revision}), {ModelText.Size(now.Bytes ?? 0)}, is in claim {after.Claim}"
            );
        }

        return now.Attempts > (old?.Attempts ?? 0)
            ? new EventText(
                true,
                "ModelFetchFailed",
                "RollOut",
                $"Attempt {now.Attempts} to fetch {after.Reference} ({after.Revision}) failed: {now.Reason}: "
                    + now.Message
            )
            : null;
    }
}
