using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using k8s.Models;
using KubectlGemma.Facts;

namespace KubectlGemma.Acting;

/// <summary>
/// Says what has to be seen of an object before a change to it has led anywhere. An annotation raises no generation:
/// that the object is well says nothing of it.
/// </summary>
/// <param name="Build">The build whose image is to be served; null for none.</param>
/// <param name="IsUnpinned">Whether no pin may hold anything back any more.</param>
/// <param name="IsApproval">Whether the build's rejection ends it, too.</param>
/// <param name="Stalled">What the object was stalled by before; null for nothing.</param>
internal sealed record Awaited(
    string? Build = null,
    bool IsUnpinned = false,
    bool IsApproval = false,
    V1Condition? Stalled = null
)
{
    /// <summary>Is how long the operator has to look at a change before a stall from before it is its answer.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    /// <summary>Says how an object that a change was written to came out.</summary>
    /// <param name="image">The object now.</param>
    /// <param name="build">The build that is to be served; null for none.</param>
    /// <param name="waited">How long it has been waited for.</param>
    public Outcome Judge(GemmaBaseImage image, GemmaBuild? build, TimeSpan waited)
    {
        var outcome = Outcomes.Of(image);
        return outcome switch
        {
            Outcome.Failed when !IsSeen(image, build) && IsOld(StalledOf(image)) && waited < Grace =>
                Outcome.InProgress,
            Outcome.Current when IsGivenUp(image) => Outcome.Failed,
            Outcome.Current when !IsSeen(image, build) => Outcome.InProgress,
            _ => outcome,
        };
    }

    /// <summary>Tells whether what was approved failed its rollout, and an older image serves.</summary>
    public bool IsGivenUp(GemmaBaseImage image) =>
        IsApproval
        && image.Status?.Held is { Reason: ImageReason.Held.ImageRejected, Build: { } rejected }
        && rejected == Build;

    /// <summary>Returns by what an object is stalled; null for nothing.</summary>
    public static V1Condition? StalledOf(GemmaBaseImage image) =>
        image.Status?.Conditions.FirstOrDefault(c => c is { Type: ConditionType.Stalled, Status: "True" });

    private bool IsSeen(GemmaBaseImage image, GemmaBuild? build) =>
        (Build is null || Serves(image.Status?.ServingImage, build))
        && !(IsUnpinned && image.Status?.Held?.Reason == ImageReason.Held.Pinned);

    /// <summary>Builds that found nothing changed stand for one image.</summary>
    private bool Serves(ImageStatus? serving, GemmaBuild? build) =>
        serving is not null
        && (
            serving.Build == Build
            || (build?.Status?.Application is { Digest.Length: > 0 } made && serving.Digest == made.Digest)
        );

    private bool IsOld(V1Condition? stalled) =>
        (stalled?.Reason, stalled?.Message, stalled?.LastTransitionTime)
        == (Stalled?.Reason, Stalled?.Message, Stalled?.LastTransitionTime);
}
