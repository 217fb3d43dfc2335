using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using GemmaInference.Model;
using StandIns.Processes;

namespace Inference.Tests.Api;

/// <summary>
/// The server as a process of its own: the one that was built, or with GEMMA_SERVER the executable of a publish, which
/// is trimmed. Ended with the test.
/// </summary>
internal sealed partial class RunningServer : IDisposable
{
    private readonly ScratchDirectory _scratch = new();
    private readonly CancellationTokenSource _bound = new(TimeSpan.FromSeconds(40));
    private readonly Process _process;

    /// <param name="model">A directory; null for the tiny model.</param>
    /// <param name="port">Null for a free one.</param>
    /// <param name="configure">Changes how it is started, last of all.</param>
    public RunningServer(
        string? model = null,
        string device = "auto",
        int? port = null,
        Action<ProcessStartInfo>? configure = null
    )
    {
        if (model is null)
        {
            TinyModel.Write(_scratch.Path);
        }

        port ??= FreePort.Find();
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var published = Environment.GetEnvironmentVariable("GEMMA_SERVER");
        var start = new ProcessStartInfo(
            published ?? "dotnet",
            published is null ? [Path.Combine(AppContext.BaseDirectory, "gemma-inference.dll")] : []
        )
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["MODEL_PATH"] = model ?? _scratch.Path;
        start.Environment["MODEL_NAME"] = "tiny";
        start.Environment["PORT"] = $"{port}";
        start.Environment["DEVICE"] = device;
        start.Environment["GEMMA_TORCH_LIB"] = TorchForTests.LibDirectory;
        configure?.Invoke(start);
        // One pipe for both, as a container's log has its lines: in the order in which they were written.
        var (program, words) = (start.FileName, start.ArgumentList.ToList());
        start.ArgumentList.Clear();
        start.FileName = "/bin/sh";
        string[] shell = ["-c", "exec \"$0\" \"$@\" 2>&1", program, .. words];
        foreach (var word in shell)
        {
            start.ArgumentList.Add(word);
        }

        _process = Process.Start(start)!;
    }

    public HttpClient Client { get; }

    /// <summary>Ends every wait on the process.</summary>
    public CancellationToken Bound => _bound.Token;

    public async Task StartedAsync()
    {
        var startup = new Uri("/startupz", UriKind.Relative);
        while (await HttpProbe.StatusAsync(Client, startup, Bound) != HttpStatusCode.OK)
        {
            Bound.ThrowIfCancellationRequested();
        }
    }

    public void Terminate() => Assert.That(Kill(_process.Id, 15), Is.Zero);

    /// <summary>What it wrote to both streams, in order, and its status, once it has ended.</summary>
    public async Task<(string Output, int Status)> EndAsync()
    {
        var output = await _process.StandardOutput.ReadToEndAsync(Bound);
        await _process.WaitForExitAsync(Bound);
        return (output, _process.ExitCode);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        Client.Dispose();
        _bound.Dispose();
        _scratch.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
