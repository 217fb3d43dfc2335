namespace Architecture.Tests.Analysis;

/// <summary>Holds one source of a project.</summary>
/// <param name="Path">Below the project's folder, with slashes.</param>
/// <param name="Text">Its whole text.</param>
internal sealed record SourceFile(string Path, string Text)
{
    /// <summary>Gets the folder below the project's, "." for the project's own.</summary>
    public string Folder => Folders.Of(Path);

    /// <summary>Gets its lines, without what follows the last line break.</summary>
    public IReadOnlyList<string> Lines => Text.TrimEnd('\n').Split('\n');
}
