using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using GemmaInference.Model;

namespace Inference.Tests.Api;

/// <summary>The real process, as a container starts it.</summary>
[TestFixture]
internal sealed partial class ProcessTests
{
    [Test]
    public async Task It_starts_answers_and_ends_with_0_on_SIGTERM()
    {
        using var scratch = new ScratchDirectory();
        TinyModel.Write(scratch.Path);
        var port = FreePort();
        using var server = Start(scratch.Path, port);
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(40));
            while (!await AnswersAsync(client, bound.Token)) bound.Token.ThrowIfCancellationRequested();
            var answer = await client.PostAsync(
                "/v1/completions", new StringContent("""{"model":"tiny","prompt":"water","max_tokens":3}"""), bound.Token);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(Kill(server.Id, 15), Is.Zero);
            await server.WaitForExitAsync(bound.Token);
            Assert.That(server.ExitCode, Is.Zero);
        }
        finally
        {
            if (!server.HasExited) server.Kill(entireProcessTree: true);
        }
    }

    [Test]
    public async Task A_model_that_is_not_there_ends_it_with_1()
    {
        using var server = Start("/none/such", FreePort());
        try
        {
            using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(40));
            var output = await server.StandardOutput.ReadToEndAsync(bound.Token);
            await server.WaitForExitAsync(bound.Token);
            Assert.That(server.ExitCode, Is.EqualTo(1));
            Assert.That(output, Does.Contain("/none/such/config.json"));
        }
        finally
        {
            if (!server.HasExited) server.Kill(entireProcessTree: true);
        }
    }

    private static Process Start(string model, int port)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "gemma-inference.dll")])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["MODEL_PATH"] = model;
        start.Environment["MODEL_NAME"] = "tiny";
        start.Environment["PORT"] = $"{port}";
        start.Environment["GEMMA_TORCH_LIB"] = TorchForTests.LibDirectory;
        return Process.Start(start)!;
    }

    private static async Task<bool> AnswersAsync(HttpClient client, CancellationToken cancellation)
    {
        try
        {
            return (await client.GetAsync("/startupz", cancellation)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
