using GemmaOperator.Registry.References;

namespace GemmaOperator.Cluster.Authenticity;

/// <summary>Tells whether a container's image is the one that was asked for, wherever it is pulled from.</summary>
internal static class ImageMatch
{
    /// <summary>
    /// Decides it: a digest is the same image in every registry. A tag says as much as the registry that it is in, so
    /// that another registry's is only taken where hooks are expected to name mirrors.
    /// </summary>
    public static bool IsSame(string? wanted, string? live, Tolerance tolerance)
    {
        if (wanted == live)
        {
            return true;
        }

        if (DigestIn(wanted) is { } digest)
        {
            return digest == DigestIn(live);
        }

        if (
            !ImageReference.TryParse(wanted, out var asked, out _)
            || !ImageReference.TryParse(live, out var there, out _)
        )
        {
            return false;
        }

        var isThatRepository =
            asked.Repository == there.Repository
            || (
                tolerance == Tolerance.Admission
                && $"/{there.Repository.Path}".EndsWith($"/{asked.Repository.Path}", StringComparison.Ordinal)
            );
        // Policies resolve a tag to its digest, with or without the tag beside it.
        return isThatRepository && (asked.Tag == there.Tag || (there.Tag is null && there.Digest is not null));
    }

    /// <summary>Reads it from the end: a mirror puts the host, with its port, into the path.</summary>
    private static string? DigestIn(string? reference) =>
        reference?.LastIndexOf('@') is > 0 and var at
        && ImageDigest.TryParse(reference[(at + 1)..], out var digest, out _)
            ? digest.ToString()
            : null;
}
