using GemmaOperator.Api.BaseImages;
using GemmaOperator.Cluster.Comparison;

namespace GemmaOperator.BaseImages.Status;

/// <summary>
/// Tells whether a status remembers something new that decisions look at, so that the next one is due at once. Nobody
/// else says so: our own status writes wake nobody.
/// </summary>
internal static class ImageMemory
{
    public static bool Differs(GemmaBaseImageStatus before, GemmaBaseImageStatus after) =>
        !ApiEquality.Same(Remembered(before), Remembered(after));

    /// <summary>
    /// Leaves out what only tells of other objects, whose changes are watched, and what is for people alone. A new
    /// field counts until it is named here: a look too many is harmless, one too few is not.
    /// </summary>
    private static GemmaBaseImageStatus Remembered(GemmaBaseImageStatus status) =>
        status with
        {
            ObservedGeneration = null,
            Conditions = [],
            Missing = null,
            ServerImage = null,
            Image = null,
            Held = null,
            Cost = null,
            NextScheduleTime = null,
            BuildCounter = 0,
            LatestBuild = null,
            NextBuild = null,
            Repositories = null,
            InputsHash = null,
            RecentBuilds = null,
            Model = status.Model is { Fetch: { } fetch } model
                ? model with
                {
                    Fetch = fetch with { Bytes = null, TotalBytes = null },
                }
                : status.Model,
            LastHandledRequestAt = null,
            Plan = null,
            Notifications = null,
            LastScheduleTime = null,
            Rollout = status.Rollout is { } rollout
                ? rollout with
                {
                    Stage = default,
                    UpdatedReplicas = 0,
                    ReadyReplicas = 0,
                }
                : null,
        };
}
