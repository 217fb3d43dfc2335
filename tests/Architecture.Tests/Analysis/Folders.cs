namespace Architecture.Tests.Analysis;

/// <summary>Reads folders from paths with slashes.</summary>
internal static class Folders
{
    /// <summary>Names the project's own folder.</summary>
    public const string Root = ".";

    /// <summary>Gets the folder that a file lies in.</summary>
    public static string Of(string path) => path.LastIndexOf('/') is > 0 and var end ? path[..end] : Root;

    /// <summary>Tells whether a folder is another, or lies below it.</summary>
    public static bool IsWithin(string folder, string other) =>
        folder == other || folder.StartsWith(other + "/", StringComparison.Ordinal);
}
