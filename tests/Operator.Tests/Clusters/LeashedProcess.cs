using System.Diagnostics;

namespace Operator.Tests.Clusters;

/// <summary>
/// Runs a program that can't outlive this process. It is the child of a shell which waits for the end of its input, and
/// that comes when this process closes it or dies; then the shell ends the program and removes its folder.
/// </summary>
internal sealed class LeashedProcess
{
    // Whoever ends the test run by a signal to its process group must not end the shell before its child.
    private const string Leash = """
        trap '' INT TERM HUP
        folder="$1"; log="$2"; shift 2
        "$@" >"$log" 2>&1 </dev/null & child=$!
        cat >/dev/null
        kill -9 $child; wait $child 2>/dev/null; rm -rf "$folder"
        """;

    private readonly Process _shell;

    private LeashedProcess(Process shell) => _shell = shell;

    /// <summary>Starts a program; its output goes to <c>folder/program.out</c>.</summary>
    /// <param name="folder">Removed at the end.</param>
    /// <param name="program">Path.</param>
    /// <param name="flags">Its arguments.</param>
    public static LeashedProcess Start(string folder, string program, IReadOnlyList<string> flags)
    {
        var start = new ProcessStartInfo("/bin/sh", Arguments(folder, program, flags))
        {
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        return new LeashedProcess(Process.Start(start)!);
    }

    /// <summary>Returns the shell's arguments; its input is the leash.</summary>
    public static IEnumerable<string> Arguments(string folder, string program, IReadOnlyList<string> flags) =>
        ["-c", Leash, "sh", folder, Path.Combine(folder, Path.GetFileName(program) + ".out"), program, .. flags];

    /// <summary>Ends the program, removes the folder and waits for both.</summary>
    public async Task StopAsync()
    {
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync(CancellationToken.None);
        _shell.Dispose();
    }
}
