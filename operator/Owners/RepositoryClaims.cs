using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Owners;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Owners;

/// <summary>
/// Decides whose a repository is: that object's which names it and was the first to have a good image there. Naming it
/// alone gives no right to it, an object that goes away has none, and who names another one gives it up.
/// </summary>
internal static class RepositoryClaims
{
    /// <summary>Returns the first repository that another object has; null when there is none.</summary>
    /// <param name="image">The object that wants to write.</param>
    /// <param name="wanted">Where.</param>
    /// <param name="others">Objects that name the same repositories; it may be among them.</param>
    /// <param name="policy">Says whether namespaces may share a cache.</param>
    public static TakenRepository? FindTaken(
        GemmaBaseImage image,
        IEnumerable<WrittenRepository> wanted,
        IEnumerable<GemmaBaseImage> others,
        RepositoryPolicy policy
    )
    {
        var own = Held(image);
        var theirs = others
            .Where(o => o.Metadata.Uid != image.Metadata.Uid)
            .SelectMany(o => Held(o).Select(claim => (Other: o, Claim: claim)))
            .OrderBy(c => Age(c.Other, c.Claim))
            .ToList();
        foreach (var want in wanted)
        {
            var name = want.Repository.Identity;
            var mine = own.FirstOrDefault(c => c.Repository == name && c.Use == want.Use);
            foreach (var (other, claim) in theirs.Where(c => c.Claim.Repository == name))
            {
                var isShared =
                    want.Use == RepositoryUse.Cache
                    && claim.Use == RepositoryUse.Cache
                    && MayShare(image, other, want.Repository, policy);
                if (!isShared && (mine is null || Age(other, claim).CompareTo(Age(image, mine)) < 0))
                {
                    return new TakenRepository(
                        want.Field,
                        want.Repository,
                        claim.Since ?? DateTime.MinValue,
                        $"{other.Metadata.NamespaceProperty}/{other.Metadata.Name}"
                    );
                }
            }
        }

        return null;
    }

    /// <summary>Returns the others whose right to a repository can depend on this object.</summary>
    public static IEnumerable<GemmaBaseImage> Rivals(GemmaBaseImage image, IEnumerable<GemmaBaseImage> others)
    {
        HashSet<(string, RepositoryUse)> own =
        [
            .. NamedRepositories.Of(image).Select(r => (r.Repository.Identity, r.Use)),
            .. (image.Status?.Repositories ?? []).Select(c => (c.Repository, c.Use.Value ?? RepositoryUse.Images)),
        ];
        return others
            .Where(o => o.Metadata.Uid != image.Metadata.Uid)
            .DistinctBy(o => o.Metadata.Uid)
            .Where(o => NamedRepositories.Of(o).Any(r => Meets(r, isSameNamespace: IsNeighbour(o, image), own)));
    }

    /// <summary>
    /// Returns whether a repository is another object's than a build's, whose images stay there then.
    /// </summary>
    public static bool IsOfAnother(GemmaBuild build, ImageRepository repository, IEnumerable<GemmaBaseImage> images)
    {
        var holders = images
            .Where(i => Held(i).Any(c => c.Repository == repository.Identity))
            .Select(i => i.Metadata.Uid)
            .ToList();
        return holders.Count > 0 && !holders.Contains(build.Spec!.ImageRef.Uid, StringComparer.Ordinal);
    }

    /// <summary>Folds what an object's status says that it has.</summary>
    /// <param name="image">The object, with the status before.</param>
    /// <param name="newest">Its newest good build; null when it has none.</param>
    /// <param name="mayTake">Whether it may come to have more.</param>
    /// <param name="now">The time (UTC), in whole seconds.</param>
    public static IReadOnlyList<OwnRepository>? Fold(
        GemmaBaseImage image,
        GemmaBuild? newest,
        bool mayTake,
        DateTime now
    )
    {
        var held = Held(image);
        var proved = newest is null || !mayTake ? [] : Proved(newest);
        List<OwnRepository> all =
        [
            .. NamedRepositories
                .Of(image)
                .Select(r =>
                    held.FirstOrDefault(c => c.Repository == r.Repository.Identity && c.Use == r.Use)
                    ?? (proved.Contains((r.Repository.Identity, r.Use)) ? New(r, now) : null)
                )
                .OfType<OwnRepository>()
                .DistinctBy(c => (c.Repository, c.Use.Value)),
        ];
        return all.Count > 0 || image.Status?.Repositories is not null ? all : null;
    }

    private static bool Meets(
        WrittenRepository named,
        bool isSameNamespace,
        IReadOnlySet<(string, RepositoryUse)> own
    ) =>
        own.Contains((named.Repository.Identity, RepositoryUse.Images))
        || (
            own.Contains((named.Repository.Identity, RepositoryUse.Cache))
            && !(named.Use == RepositoryUse.Cache && isSameNamespace)
        );

    private static OwnRepository New(WrittenRepository repository, DateTime since) =>
        new()
        {
            Repository = repository.Repository.Identity,
            Use = repository.Use,
            Since = since,
        };

    /// <summary>Returns what an object has and still names.</summary>
    private static IReadOnlyList<OwnRepository> Held(GemmaBaseImage image)
    {
        if (image.Metadata.DeletionTimestamp is not null || image.Status is not { } status)
        {
            return [];
        }

        var named = NamedRepositories.Of(image);
        return status.Repositories is { } recorded
            ? [.. recorded.Where(c => named.Any(r => r.Repository.Identity == c.Repository && c.Use == r.Use))]
            : OfReleaseBefore(image, status, named);
    }

    /// <summary>
    /// The release before recorded none, and gave a repository to the oldest object: one that has images there has it
    /// since it was made.
    /// </summary>
    private static IReadOnlyList<OwnRepository> OfReleaseBefore(
        GemmaBaseImage image,
        GemmaBaseImageStatus status,
        IReadOnlyList<WrittenRepository> named
    )
    {
        var proved = new[] { status.LatestImage, status.ServingImage, status.PreviousImage }
            .Select(IdentityOf)
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        return proved.Count == 0
            ? []
            :
            [
                .. named
                    .Where(r => r.Use == RepositoryUse.Cache || proved.Contains(r.Repository.Identity))
                    .Select(r => New(r, image.Metadata.CreationTimestamp ?? DateTime.MaxValue)),
            ];
    }

    private static HashSet<(string, RepositoryUse)> Proved(GemmaBuild build)
    {
        var (promoted, application) = (IdentityOf(build.Status?.Promoted), IdentityOf(build.Status?.Application));
        return
        [
            .. build
                .Spec!.Template.WrittenRepositories.Where(r =>
                    r.Use == RepositoryUse.Cache
                    || r.Repository.Identity == promoted
                    || r.Repository.Identity == application
                )
                .Select(r => (r.Repository.Identity, r.Use)),
        ];
    }

    private static string? IdentityOf(ImageStatus? image) =>
        ImageReference.TryParse(image?.Reference, out var reference, out _) ? reference.Repository.Identity : null;

    /// <summary>Namespaces share a cache only where whoever runs the operator has said what each may use.</summary>
    private static bool MayShare(
        GemmaBaseImage one,
        GemmaBaseImage other,
        ImageRepository cache,
        RepositoryPolicy policy
    ) =>
        IsNeighbour(one, other)
        || (
            policy.IsGiven
            && policy.Allows(one.Metadata.NamespaceProperty, cache)
            && policy.Allows(other.Metadata.NamespaceProperty, cache)
        );

    private static bool IsNeighbour(GemmaBaseImage one, GemmaBaseImage other) =>
        one.Metadata.NamespaceProperty == other.Metadata.NamespaceProperty;

    private static (DateTime, string) Age(GemmaBaseImage image, OwnRepository claim) =>
        (claim.Since ?? DateTime.MinValue, image.Metadata.Uid);
}
