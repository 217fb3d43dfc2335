using System.Diagnostics;
using Operator.Tests.Api;

namespace Operator.Tests.Tools;

/// <summary>Runs programs that people use beside the operator; a test is skipped where one is missing.</summary>
internal static class Command
{
    /// <summary>
    /// Finds a program on the PATH or among the project's own tools; skips the test when there is none.
    /// </summary>
    public static string Find(string name, string hint)
    {
        var own = Checkout.PathTo(".tools", "node_modules", ".bin", name);
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, name))
            .Prepend(own)
            .FirstOrDefault(File.Exists);
        if (path is null)
        {
            Assert.Ignore($"{name} isn't installed: {hint}");
        }

        return path!;
    }

    /// <summary>
    /// Runs a program to its end: exit code, and what it wrote; after a success its output alone, warnings left out.
    /// </summary>
    public static async Task<(int Code, string Output)> RunAsync(
        string program,
        IReadOnlyList<string> arguments,
        string? input = null,
        string? kubeconfig = null
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        if (kubeconfig is not null)
        {
            start.Environment["KUBECONFIG"] = kubeconfig;
        }

        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        var (said, complained) = (await output, await error);
        return (process.ExitCode, process.ExitCode == 0 ? said : said + complained);
    }
}
