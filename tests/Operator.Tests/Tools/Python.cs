using System.ComponentModel;
using System.Diagnostics;

namespace Operator.Tests.Tools;

/// <summary>Runs one of the operator's Python programs as a container would.</summary>
internal static class Python
{
    /// <summary>
    /// Returns what it printed; the test is ignored where there is no python3, and fails when the program does.
    /// </summary>
    /// <param name="program">Its text.</param>
    /// <param name="argument">Its one argument.</param>
    /// <param name="modules">Folder of modules of the test's own; null for none.</param>
    /// <param name="exitCode">How it must end.</param>
    public static Task<string> RunAsync(string program, string argument, string? modules = null, int exitCode = 0) =>
        RunAsync(program, [argument], modules, exitCode);

    /// <inheritdoc cref="RunAsync(string, string, string?, int)"/>
    public static async Task<string> RunAsync(
        string program,
        IReadOnlyList<string> arguments,
        string? modules = null,
        int exitCode = 0
    )
    {
        var start = new ProcessStartInfo("python3", ["-c", program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = modules ?? Path.GetTempPath(),
        };
        start.Environment["PYTHONPATH"] = modules ?? "";
        using var python = Start(start);
        var errors = python.StandardError.ReadToEndAsync();
        var printed = await python.StandardOutput.ReadToEndAsync();
        await python.WaitForExitAsync();
        Assert.That(python.ExitCode, Is.EqualTo(exitCode), await errors);
        return printed;
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Ignore("there is no python3 here");
            throw;
        }
    }
}
