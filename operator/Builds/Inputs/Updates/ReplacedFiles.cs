namespace GemmaOperator.Builds.Inputs.Updates;

/// <summary>
/// Renders what lets the executor see all that apt replaces (<c>replaced.py</c>): by time and size alone it would leave
/// an update out of the layer whose files have the time and the size of those before it.
/// </summary>
internal static class ReplacedFiles
{
    private static readonly string Program = PythonProgram.Word("replaced.py");

    /// <summary>Renders the command, which a base without Python goes without.</summary>
    /// <param name="since">A file that was written before apt replaced anything, as a word of a shell.</param>
    public static string Show(string since) =>
        $"! command -v python3 > /dev/null || python3 -c {Program} {since} /";
}
