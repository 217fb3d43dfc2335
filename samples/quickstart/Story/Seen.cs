using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using k8s.Models;

namespace Quickstart.Story;

/// <summary>Holds what the API says of one GemmaBaseImage at one moment.</summary>
/// <param name="Image">The object.</param>
/// <param name="Build">Its newest build; null before the first.</param>
internal sealed record Seen(GemmaBaseImage Image, GemmaBuild? Build)
{
    public bool IsReady => Is(ConditionType.Ready, "True");

    public bool IsCurrent => Image.Status?.ObservedGeneration == Image.Metadata.Generation;

    /// <summary>Gets whether nothing more happens by itself: ready, stalled, suspended, or a person is due.</summary>
    public bool HasSettled =>
        IsCurrent
        && (
            IsReady
            || Is(ConditionType.Stalled, "True")
            || Condition(ConditionType.Ready) is { Reason: ImageReason.Ready.Suspended }
            || Condition(ConditionType.Reconciling)
                is { Reason: ImageReason.Reconciling.AwaitingApproval or ImageReason.Reconciling.AwaitingWindow }
        );

    public V1Condition? Condition(string type) => Image.Status?.Conditions.FirstOrDefault(c => c.Type == type);

    public bool Is(string type, string status) => Condition(type)?.Status == status;
}
