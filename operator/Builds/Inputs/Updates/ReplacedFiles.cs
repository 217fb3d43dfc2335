namespace GemmaOperator.Builds.Inputs.Updates;

/// <summary>
/// Renders what lets the executor see all that apt replaces (<c>replaced.py</c>). Packages bring the times of their
/// files along, and the executor takes a file for unchanged when its time, size, mode and owner are as before
/// (<c>--snapshot-mode=redo</c>): an update whose files have the size and the time of those before it, as where a tool
/// sets all times to one, would be there by dpkg's list and missing from the layer.
/// </summary>
internal static class ReplacedFiles
{
    private static readonly string Program = PythonProgram.Word("replaced.py");

    /// <summary>Renders the command, which a base without Python goes without.</summary>
    /// <param name="since">A file that was written before apt replaced anything, as a word of a shell.</param>
    public static string Show(string since) => $"! command -v python3 > /dev/null || python3 -c {Program} {since} /";
}
