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
            PathFiles = list.PathFiles,
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
        With(status, ContentsDiff.None, []) with
        {
            Comparison = ContentsComparison.Compared,
            ComparedWith = published.Build.BuildName,
            SameAs = published.Build.BuildName,
            // What is published stays, and with it its path files.
            PathFiles = published.Status.Contents?.PathFiles ?? status.PathFiles,
            Sbom = new SbomStatus
            {
                State = SbomState.Unneeded,
                Digest = published.Status.Contents?.Sbom?.Digest,
                Sources = published.Status.Contents?.Sbom?.Sources,
            },
        };

    /// <summary>Returns contents with what differs from a list before; unchanged where that isn't known.</summary>
    /// <param name="status">The contents.</param>
    /// <param name="before">What the image before holds.</param>
    /// <param name="pathsBefore">Its path files; null where they aren't known.</param>
    /// <param name="list">What the image holds.</param>
    public static ContentsStatus Compared(
        ContentsStatus status,
        PackageList? before,
        IReadOnlyList<string>? pathsBefore,
        PackageList list
    ) =>
        before is null
            ? status
            : With(status, ContentsDiff.Between(before, list), PathFiles.New(pathsBefore, list.PathFiles));

    /// <summary>
    /// Returns contents with what the layers beneath a patch hold that its list doesn't name: they are of its image,
    /// too, and have been let through; unchanged where not all of that is known by name.
    /// </summary>
    /// <param name="status">The contents.</param>
    /// <param name="beneath">What is recorded of the image that was patched.</param>
    /// <param name="list">What the image holds.</param>
    public static ContentsStatus OnTopOf(ContentsStatus status, LayersStatus? beneath, PackageList list)
    {
        if (status.Layers is not { } own || beneath is null || beneath.Unlisted > beneath.Names.Count)
        {
            return status;
        }

        var named = list
            .Packages.Where(p => p.Kind == PackageKind.Python)
            .Select(p => $"{p.Name} {p.Version}")
            .Concat(own.Names)
            .ToHashSet(StringComparer.Ordinal);
        var others = beneath.Names.Where(n => !named.Contains(n)).ToList();
        return own.Names.Count + others.Count > LayersStatus.MostNames
            ? status
            : status with
            {
                Layers = own with { Unlisted = own.Unlisted + others.Count, Names = [.. own.Names, .. others] },
            };
    }

    private static ContentsStatus With(ContentsStatus status, ContentsDiff diff, IReadOnlyList<PackageChange> paths) =>
        status with
        {
            Added = diff.Added,
            Upgraded = diff.Upgraded,
            Removed = diff.Removed,
            Summary = diff.Summary,
            NewPackages = diff.NewPython + paths.Count,
            Changes = [.. paths.Concat(diff.Changes).Take(ContentsStatus.MostChanges)],
        };
}
