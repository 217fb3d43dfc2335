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
        var first = name.Split('/')[0];
        var (host, path) =
            first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal)
                ? (first, name[(first.Length + 1)..])
                : ("index.docker.io", name.Contains('/', StringComparison.Ordinal) ? name : $"library/{name}");
        host = host == "docker.io" ? "index.docker.io" : host;
        if (!registryMap.TryGetValue(host, out var mirror))
        {
            return new ImageLocation(host, path, reference);
        }

        var slash = mirror.IndexOf('/', StringComparison.Ordinal);
        return slash < 0
            ? new ImageLocation(mirror, path, reference)
            : new ImageLocation(mirror[..slash], $"{mirror[(slash + 1)..]}/{path}", reference);
    }
}
