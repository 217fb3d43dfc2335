using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Contents;

namespace GemmaOperator.Builds.Steps.Contents;

/// <summary>Folds a list of packages, and what differs from another, into what a status holds of it.</summary>
internal static class ContentsFold
{
    /// <summary>Returns the list in short, compared with nothing.</summary>
    public static ContentsStatus Of(PackageList list) =>
        new()
        {
            Packages = list.Packages.Count,
            Unreadable = list.Unreadable,
            Fingerprint = list.Fingerprint,
            OsRelease = list.Os.Name,
            CudaArchitectures = list.CudaArchitectures,
            LibtorchBytes = list.LibtorchBytes > 0 ? list.LibtorchBytes : null,
            Unsupported = [.. list.Unsupported.Select(WireEnum<PackageKind>.From)],
            Layers = list.Layers is { } layers
                ? new LayersStatus
                {
                    Read = layers.Read,
                    Unread = layers.Unread,
                    Unlisted = layers.Unlisted.Count,
                    Names = [.. layers.Unlisted.Take(LayersStatus.MostNames).Select(p => $"{p.Name} {p.Version}")],
                }
                : null,
        };

    /// <summary>Returns contents that are those of what is published; its document is theirs.</summary>
    public static ContentsStatus Same(ContentsStatus status, PublishedBuild published) =>
        With(status, ContentsDiff.None) with
        {
            Comparison = ContentsComparison.Compared,
            ComparedWith = published.Build.BuildName,
            SameAs = published.Build.BuildName,
            Sbom = new SbomStatus
            {
                State = SbomState.Unneeded,
                Digest = published.Status.Contents?.Sbom?.Digest,
                Sources = published.Status.Contents?.Sbom?.Sources,
            },
        };

    /// <summary>Returns contents with what differs from a list before; unchanged where that isn't known.</summary>
    public static ContentsStatus Compared(ContentsStatus status, PackageList? before, PackageList list) =>
        before is null ? status : With(status, ContentsDiff.Between(before, list));

    private static ContentsStatus With(ContentsStatus status, ContentsDiff diff) =>
        status with
        {
            Added = diff.Added,
            Upgraded = diff.Upgraded,
            Removed = diff.Removed,
            Summary = diff.Summary,
            Changes = diff.Changes,
        };
}
