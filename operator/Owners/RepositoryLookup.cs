using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Registry.Access;
using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.Owners;

/// <summary>Finds, in the cache, the objects that name the same repositories as one.</summary>
internal static class RepositoryLookup
{
    /// <summary>Is the index of GemmaBaseImages by the repositories that they name or have.</summary>
    public const string ByRepository = "repository";

    /// <summary>Returns what another object has of the repositories that a template writes to; null: nothing.</summary>
    public static TakenRepository? FindTaken(
        GemmaBaseImage image,
        BuildTemplate template,
        IIndexer<GemmaBaseImage> images,
        RepositoryPolicy policy
    )
    {
        var wanted = template.WrittenRepositories;
        return RepositoryClaims.FindTaken(
            image,
            wanted,
            wanted
                .Select(w => w.Repository.Identity)
                .Distinct(StringComparer.Ordinal)
                .SelectMany(name => images.ByIndex(ByRepository, name))
                .DistinctBy(i => i.Metadata.Uid),
            policy
        );
    }

    /// <summary>Returns the objects whose right to a repository can depend on one.</summary>
    public static IEnumerable<ObjectKey> Rivals(GemmaBaseImage image, IIndexer<GemmaBaseImage> images) =>
        RepositoryClaims
            .Rivals(image, NamedRepositories.Keys(image).SelectMany(name => images.ByIndex(ByRepository, name)))
            .Select(ObjectKey.Of);
}
