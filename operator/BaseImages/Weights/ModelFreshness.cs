using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Models;

namespace GemmaOperator.BaseImages.Weights;

/// <summary>
/// Judges when what is known of the weights is good enough, and when their source is asked. A build waits for weights
/// of which nothing is known; what is known is asked for again only where the spec has them followed.
/// </summary>
internal static class ModelFreshness
{
    /// <summary>Bounds the age of an answer, to whomever it was given, that serves a source asked for first.</summary>
    private static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(5);

    public static ModelDecision Decide(ImageSnapshot s)
    {
        if (!IsAsked(s))
        {
            return new ModelDecision.Leave(null);
        }

        if (s.KnownModel is null)
        {
            return new ModelDecision.Ask(s.Now - FreshFor);
        }

        if (NextPoll(s) is not { } poll)
        {
            return new ModelDecision.Leave(null);
        }

        return poll <= s.Now ? new ModelDecision.Ask(s.Now - Interval(s)) : new ModelDecision.Leave(poll);
    }

    /// <summary>Tells whether the spec asks for weights of which nobody knows yet that they are there.</summary>
    public static bool AreUnknown(ImageSnapshot s) => IsAsked(s) && s.KnownModel is null;

    /// <summary>
    /// Returns when the source is asked again (UTC); null when it never is. An answer from the future was given by a
    /// clock that was wrong.
    /// </summary>
    private static DateTime? NextPoll(ImageSnapshot s) =>
        !s.Model.CanMove || !s.Spec.Triggers.Model.Enabled || s.Spec.Suspend ? null
        : s.KnownModel?.CheckedAt is { } checkedAt && checkedAt - s.Now <= FreshFor ? checkedAt + Interval(s)
        : s.Now;

    /// <summary>Weights are for pods; those in a claim have nobody to ask.</summary>
    private static bool IsAsked(ImageSnapshot s) =>
        s.Image.Metadata.DeletionTimestamp is null
        && s.Inputs is BuildRequest.Known
        && s.Spec.Rollout.Mode == RolloutMode.Managed
        && s.Model is DeclaredModel.OnHub or DeclaredModel.InImage;

    private static TimeSpan Interval(ImageSnapshot s) => s.Spec.Triggers.Model.Interval.Span;
}
