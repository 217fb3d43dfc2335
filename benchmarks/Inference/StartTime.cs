using System.Diagnostics;
using System.Net;
using StandIns.Processes;

namespace Benchmarks.Inference;

/// <summary>Measures the time from starting the process to /startupz answering 200, with the tiny model.</summary>
internal static class StartTime
{
    /// <summary>Starts what a directory of a publish holds, or without one what was built here.</summary>
    /// <returns>Milliseconds of each of three starts; the first may find libtorch outside the page cache.</returns>
    public static async Task<double[]> MeasureAsync(
        string? published,
        string model,
        string lib,
        CancellationToken cancellation
    )
    {
        var times = new double[3];
        for (var round = 0; round < times.Length; round++)
        {
            times[round] = await OnceAsync(published, model, lib, cancellation);
        }

        return times;
    }

    private static async Task<double> OnceAsync(
        string? published,
        string model,
        string lib,
        CancellationToken cancellation
    )
    {
        var port = FreePort.Find();
        var start = published is null
            ? new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "gemma-inference.dll")])
            : new ProcessStartInfo(Path.Combine(Path.GetFullPath(published), "gemma-inference"));
        (start.UseShellExecute, start.RedirectStandardOutput) = (false, true);
        start.Environment["MODEL_PATH"] = model;
        start.Environment["PORT"] = $"{port}";
        start.Environment["GEMMA_TORCH_LIB"] = lib;
        var begun = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        try
        {
            using var client = new HttpClient();
            var startup = new Uri($"http://127.0.0.1:{port}/startupz");
            while (await HttpProbe.StatusAsync(client, startup, cancellation) != HttpStatusCode.OK)
            {
                if (process.HasExited)
                {
                    throw new InvalidOperationException($"the server ended with {process.ExitCode}");
                }
            }

            return Math.Round(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            await process.WaitForExitAsync(CancellationToken.None);
        }
    }
}
