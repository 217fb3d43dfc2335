using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Models;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.Cluster;

namespace GemmaOperator.BaseImages.Status;

/// <summary>
/// Renders the event of an answer about the weights: what they stand for now, or why a poll was refused.
/// </summary>
internal static class ModelEvent
{
    private const string Action = "Resolve";

    /// <summary>Returns null where nothing is new; what stalls an object is told as its condition is.</summary>
    public static EventText? Of(GemmaBaseImageStatus before, GemmaBaseImageStatus after, ModelResolution? answer) =>
        answer switch
        {
            ModelResolution.Resolved { Identity: var now } when !Same(before.Model, after.Model) => new EventText(
                false,
                "ModelResolved",
                Action,
                Text(before.Model, now)
            ),
            ModelResolution.Refused refused when after.Conditions.All(c => c.Type != ConditionType.Stalled) =>
                new EventText(
                    true,
                    refused.Reason,
                    Action,
                    $"{refused.Message} What is known of the weights serves on."
                ),
            _ => null,
        };

    private static bool Same(ModelStatus? a, ModelStatus? b) =>
        (a?.Reference, a?.Revision, a?.Digest) == (b?.Reference, b?.Revision, b?.Digest);

    private static string Text(ModelStatus? before, ModelIdentity now)
    {
        var size = now.SizeBytes is { } bytes ? $", {ModelText.Size(bytes)}" : "";
        return (before?.Revision ?? before?.Digest) is { } old
            ? $"The weights are {now}{size}; before, {before!.Reference} was {old}"
            : $"The weights are {now}{size}";
    }
}
