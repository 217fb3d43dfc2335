using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;

namespace GemmaOperator.BaseImages.Retention;

/// <summary>Decides which builds of the history may go. What serves, served before or is pinned never does.</summary>
internal static class RetentionPolicy
{
    /// <summary>
    /// Decides whose own image, given up for what is published, goes before the build does. The status tells of the
    /// build from then on: what couldn't be deleted now goes with the build.
    /// </summary>
    public static IReadOnlyList<GemmaBuild> Discarded(ImageSnapshot s) =>
        s.Spec.Retention.Images.Policy == ImageRetentionPolicy.Delete
        && s.Image.Metadata.DeletionTimestamp is null
        && s.LatestGoodBuild is { IsUnchanged: true } same
        && (same.Status?.Discarded is not null || same.Status?.Platforms?.Any(p => p.Discarded is not null) == true)
        && s.Status.Confirmed?.Build != same.BuildName
            ? [same]
            : [];

    public static IReadOnlyList<GemmaBuild> Decide(ImageSnapshot s)
    {
        if (s.Image.Metadata.DeletionTimestamp is not null)
        {
            return [];
        }

        var needed = new[]
        {
            s.Status.LatestImage?.Build,
            s.Status.ServingImage?.Build,
            s.Status.PreviousImage?.Build,
            s.Spec.Rollout.PinnedBuild,
            s.Pin?.Build,
            s.LatestBuild?.BuildName,
            s.LatestAttempt?.BuildName,
        }.ToHashSet(StringComparer.Ordinal);
        var retention = s.Spec.Retention;
        // A build is all that is known of its images: both are kept as long as either is.
        var successful =
            retention.Images.Policy == ImageRetentionPolicy.Delete
                ? Math.Max(retention.SuccessfulBuilds, retention.Images.Keep)
                : retention.SuccessfulBuilds;
        return
        [
            // What found nothing changed has no image of its own, and takes none's place.
            .. Beyond(b => b is { HasSucceeded: true, IsUnchanged: false }, successful)
                .Concat(Beyond(b => b.IsUnchanged, retention.SuccessfulBuilds))
                .Concat(Beyond(b => b.HasFailed, retention.FailedBuilds))
                .Where(b => !needed.Contains(b.BuildName) && b.Metadata.DeletionTimestamp is null && !IsNamed(b)),
        ];

        // Whoever goes last takes the images along: that must be the build that made them.
        bool IsNamed(GemmaBuild build) =>
            retention.Images.Policy == ImageRetentionPolicy.Delete
            && s.Builds.Any(other =>
                other.BuildName != build.BuildName
                && (
                    other.Status?.Candidate?.Build == build.BuildName
                    || other.Status?.Application?.Build == build.BuildName
                    // A platform where nothing moved keeps the image of an earlier build.
                    || other.Status?.Platforms?.Any(p => p.Candidate?.Build == build.BuildName) == true
                )
            );

        IEnumerable<GemmaBuild> Beyond(Func<GemmaBuild, bool> kind, int keep) =>
            s.Builds.Where(kind).Skip(Math.Max(0, keep));
    }
}
