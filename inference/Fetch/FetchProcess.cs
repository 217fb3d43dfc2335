using System.Runtime.InteropServices;

namespace GemmaInference.Fetch;

/// <summary>Runs a fetch as a process: signals end it within a second, with what was fetched kept.</summary>
internal static class FetchProcess
{
    /// <summary>How long what is in flight may take to end; a write to a slow disk may not.</summary>
    private static readonly TimeSpan EndPatience = TimeSpan.FromMilliseconds(800);

    public static async Task<int> RunAsync(string[] words)
    {
        var host = new FetchHost { Out = Console.Out, Error = Console.Error };
        using var stop = new CancellationTokenSource();
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        var run = FetchCommand.RunAsync(words, host, stop.Token);
        if (await Task.WhenAny(run, told.Task) == run)
        {
            return await run;
        }

        if (await Task.WhenAny(run, Task.Delay(EndPatience, host.Time)) == run)
        {
            return await run;
        }

        FetchCommand.Report(FetchCommand.Stopped, host, words.Contains("json"));
        // Whatever still writes ends with the process.
        Environment.Exit(FetchCommand.Stopped.ExitCode);
        return FetchCommand.Stopped.ExitCode;

        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            told.TrySetResult();
            stop.Cancel();
        }
    }
}
