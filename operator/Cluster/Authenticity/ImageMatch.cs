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

        if (wanted is not { Length: > 0 } || live is not { Length: > 0 })
        {
            return false;
        }

        var (asked, there) = (Parts.Of(wanted), Parts.Of(live));
        if (asked.Digest is not null)
        {
            return asked.Digest == there.Digest;
        }

        var isThatRepository =
            asked.Repository == there.Repository
            || (
                tolerance == Tolerance.Admission
                && $"/{there.Repository}".EndsWith($"/{PathOf(asked.Repository)}", StringComparison.Ordinal)
            );
        // Policies resolve a tag to its digest, with or without the tag beside it.
        return isThatRepository && (asked.Tag == there.Tag || (there.Tag is null && there.Digest is not null));
    }

    /// <summary>Leaves out the host, which has a dot or a port, or is this machine's name.</summary>
    private static string PathOf(string repository) =>
        repository.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash
        && (repository[..slash] == "localhost" || repository.AsSpan(0, slash).ContainsAny('.', ':'))
            ? repository[(slash + 1)..]
            : repository;

    /// <summary>
    /// Holds what a reference consists of. It is read from its end: a mirror puts a host with its port into the path,
    /// which no reference of ours has.
    /// </summary>
    private sealed record Parts(string Repository, string? Tag, string? Digest)
    {
        public static Parts Of(string reference)
        {
            var at = reference.LastIndexOf('@');
            var name = at < 0 ? reference : reference[..at];
            var colon = name.LastIndexOf(':');
            var hasTag = colon > name.LastIndexOf('/');
            return new Parts(
                hasTag ? name[..colon] : name,
                hasTag ? name[(colon + 1)..] : null,
                at < 0 ? null : reference[(at + 1)..]
            );
        }
    }
}
