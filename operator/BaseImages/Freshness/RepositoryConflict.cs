using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Facts;

namespace GemmaOperator.BaseImages.Freshness;

/// <summary>
/// Finds objects that push to the same repository, where they would move each other's aliases and delete each other's
/// images. The older object keeps the repository; the other is told.
/// </summary>
internal static class RepositoryConflict
{
    /// <summary>Returns why <paramref name="image"/> may not use its repositories; null when it may.</summary>
    /// <param name="image">The object that wants to use them.</param>
    /// <param name="others">Objects that name one of its repositories; it may be among them.</param>
    public static string? Find(GemmaBaseImage image, IEnumerable<GemmaBaseImage> others)
    {
        var older = others
            .Where(o =>
                o.Metadata.Uid != image.Metadata.Uid
                && o.Metadata.DeletionTimestamp is null
                && Age(o).CompareTo(Age(image)) < 0
            )
            .OrderBy(Age)
            .FirstOrDefault();
        if (older is null)
        {
            return null;
        }

        var shared = OutputRepositories
            .Of(image)
            .Intersect(OutputRepositories.Of(older), StringComparer.Ordinal)
            .First();
        var field =
            shared == image.Spec!.Output.Repository ? "spec.output.repository" : "spec.rollout.server.repository";
        return $"{field}: GemmaBaseImage {older.Metadata.NamespaceProperty}/{older.Metadata.Name} is older "
            + $"and pushes to {shared} too; "
            + (
                field == "spec.output.repository"
                    ? "delete one of the two, and give each a repository of its own"
                    : "name another repository"
            );
    }

    /// <summary>
    /// Compares the ages of two objects. The API server's clock has whole seconds; the uid decides between two of the
    /// same second.
    /// </summary>
    private static (DateTime, string) Age(GemmaBaseImage image) =>
        (image.Metadata.CreationTimestamp ?? DateTime.MaxValue, image.Metadata.Uid);
}
