namespace StandIns.Kaniko;

/// <summary>Holds where an image really is: a registry's host, a repository there, and a tag or digest.</summary>
internal sealed record ImageLocation(string Host, string Repository, string Reference)
{
    /// <summary>Fills Docker Hub's names in and applies Kaniko's registry map (host to mirror).</summary>
    public static ImageLocation Find(string image, IReadOnlyDictionary<string, string> registryMap)
    {
        var at = image.IndexOf('@', StringComparison.Ordinal);
        var colon = image.LastIndexOf(':');
        var (name, reference) =
            at > 0 ? (image[..at], image[(at + 1)..])
            : colon > image.LastIndexOf('/') ? (image[..colon], image[(colon + 1)..])
            : (image, "latest");
        var tagged = name.LastIndexOf(':');
        name = at > 0 && tagged > name.LastIndexOf('/') ? name[..tagged] : name;
        var (host, path) = Read(name, "index.docker.io");
        if (!registryMap.TryGetValue(host, out var mirror))
        {
            return new ImageLocation(host, path, reference);
        }

        var slash = mirror.IndexOf('/', StringComparison.Ordinal);
        (host, path) =
            slash < 0 ? Read(path, mirror) : Read($"{mirror[(slash + 1)..].TrimEnd('/')}/{path}", mirror[..slash]);
        return new ImageLocation(host, path, reference);
    }

    /// <summary>
    /// Reads a name as go-containerregistry does (NewRepository); Kaniko has what it has mapped read anew.
    /// </summary>
    private static (string Host, string Path) Read(string name, string otherwise)
    {
        var first = name.Split('/')[0];
        if (first.Length < name.Length && (first == "localhost" || first.AsSpan().ContainsAny('.', ':')))
        {
            return (first == "docker.io" ? "index.docker.io" : first, name[(first.Length + 1)..]);
        }

        var isOfficial = otherwise == "index.docker.io" && !name.Contains('/', StringComparison.Ordinal);
        return (otherwise, isOfficial ? $"library/{name}" : name);
    }
}
