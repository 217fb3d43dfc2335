namespace GemmaOperator.Builds.Contents.Layers;

/// <summary>Reads names of entries in a layer (OCI image spec, layer.md).</summary>
internal static class LayerPath
{
    private const string Whiteout = ".wh.";
    private const string Opaque = ".wh..wh..opq";

    /// <summary>Returns a name without what doesn't count at its ends; null where it leads elsewhere.</summary>
    public static string? Of(string name)
    {
        var path = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
        path = path.Trim('/');
        return path.Length == 0 || path.Split('/').Any(part => part is ".." or "." or "") ? null : path;
    }

    /// <summary>Returns what a whiteout takes from the layers below; null where the entry is none.</summary>
    /// <returns>The path, and whether it goes itself or only what is in it.</returns>
    public static (string Path, bool Itself)? Hidden(string path)
    {
        var end = path.LastIndexOf('/') + 1;
        var (folder, name) = (path[..end].TrimEnd('/'), path[end..]);
        return name == Opaque ? (folder, false)
            : name.StartsWith(Whiteout, StringComparison.Ordinal)
                ? (folder.Length == 0 ? name[Whiteout.Length..] : $"{folder}/{name[Whiteout.Length..]}", true)
            : null;
    }

    /// <summary>Decides whether a path is another one, or below it; everything is below an empty one.</summary>
    public static bool IsAtOrBelow(string path, string other) =>
        other.Length == 0
        || (
            path.StartsWith(other, StringComparison.Ordinal)
            && (path.Length == other.Length || path[other.Length] == '/')
        );
}
