using System.Diagnostics;

namespace Cli.Tests;

/// <summary>Runs the program as a process of its own, where the environment or signals are what is tried.</summary>
internal static class OwnProcess
{
    /// <summary>Lists variables of this machine that would say which engine or cluster is meant.</summary>
    private static readonly string[] Cleared =
    [
        "CONTAINER_HOST",
        "DOCKER_CERT_PATH",
        "DOCKER_CONFIG",
        "DOCKER_CONTEXT",
        "DOCKER_HOST",
        "DOCKER_TLS_VERIFY",
        "KUBECONFIG",
    ];

    /// <summary>Returns what starts it, its input and output redirected.</summary>
    public static ProcessStartInfo Start(IReadOnlyDictionary<string, string> environment, params string[] args)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "kubectl-gemma.dll"), .. args]
        )
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var name in Cleared)
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    public static async Task<Run> RunAsync(
        IReadOnlyDictionary<string, string> environment,
        string input,
        params string[] args
    )
    {
        using var process = Process.Start(Start(environment, args))!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return new Run(process.ExitCode, await output, await errors);
    }
}
