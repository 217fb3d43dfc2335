namespace GemmaOperator.Builds.Inputs.Updates;

/// <summary>
/// Describes the note that the layer of updates leaves in the image, one fact a line, a word before each:
/// <c>policy</c>, <c>result</c>, <c>manager</c>, <c>changed</c>, <c>said</c>, and <c>held</c> with name:architecture
/// and version for each package that was held. The check of the candidate reads it.
/// </summary>
internal static class UpdateNote
{
    /// <summary>Names its directory, that of all of the operator's own files in an image.</summary>
    public const string Directory = "/opt/gemma";

    /// <summary>Names the file.</summary>
    public const string Path = Directory + "/system-updates";
}
