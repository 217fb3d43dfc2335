using System.Diagnostics;

namespace Benchmarks.Harness;

/// <summary>
/// Runs this program once more, with other arguments, as a process that answers each line with a line; it ends with
/// this one.
/// </summary>
internal sealed class LineProcess : IAsyncDisposable
{
    private readonly Process _process;

    private LineProcess(Process process, string greeting) => (_process, Greeting) = (process, greeting);

    /// <summary>Gets its first line.</summary>
    public string Greeting { get; }

    public static async Task<LineProcess> StartAsync(IEnumerable<string> arguments)
    {
        var process = Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        return new LineProcess(process, await ReadAsync(process));
    }

    public async Task<string> AskAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync(CancellationToken.None);
        return await ReadAsync(_process);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private static async Task<string> ReadAsync(Process process) =>
        await process.StandardOutput.ReadLineAsync(CancellationToken.None)
        ?? throw new InvalidOperationException("The other process ended before it answered; see its errors above.");
}
