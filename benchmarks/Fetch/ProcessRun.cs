using System.Diagnostics;
using System.Globalization;

namespace Benchmarks.Fetch;

/// <summary>Says what a process took from its start to its end.</summary>
/// <param name="Seconds">By the wall clock.</param>
/// <param name="PeakRssMiB">Its largest resident set, as the kernel counts it (VmHWM).</param>
/// <param name="CpuSeconds">User and system together.</param>
internal sealed record ProcessRun(double Seconds, double PeakRssMiB, double CpuSeconds)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task<ProcessRun> RunAsync(string program, IEnumerable<string> arguments)
    {
        var begun = Stopwatch.GetTimestamp();
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true }
        )!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var ended = process.WaitForExitAsync(CancellationToken.None);
        var peak = 0.0;
        var cpu = TimeSpan.Zero;
        while (!ended.IsCompleted)
        {
            peak = Math.Max(peak, Peak(process.Id));
            cpu = Cpu(process) ?? cpu;
            await Task.WhenAny(ended, Task.Delay(LookEvery, TimeProvider.System));
        }

        var took = Stopwatch.GetElapsedTime(begun);
        return process.ExitCode == 0
            ? new ProcessRun(took.TotalSeconds, Math.Round(peak), cpu.TotalSeconds)
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}");
    }

    /// <summary>Returns null for one that has ended: the kernel keeps nothing of it.</summary>
    private static TimeSpan? Cpu(Process process)
    {
        try
        {
            return process.TotalProcessorTime;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static double Peak(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status")
                .FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null
                ? 0
                : long.Parse(
                    line["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal),
                    NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
                    CultureInfo.InvariantCulture
                ) / 1024.0;
        }
        catch (IOException)
        {
            // It has just ended.
            return 0;
        }
    }
}
