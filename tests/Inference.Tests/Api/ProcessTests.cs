using System.ClientModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using GemmaInference.Model;
using OpenAI;
using OpenAI.Chat;

namespace Inference.Tests.Api;

/// <summary>
/// The real process, as a container starts it: the one that was built, or with GEMMA_SERVER the executable of a publish, which
/// is trimmed.
/// </summary>
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
    public async Task The_official_client_gets_answers_streams_and_errors()
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
            var chat = new ChatClient("tiny", new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = new Uri(client.BaseAddress, "/v1") });
            var options = new ChatCompletionOptions { MaxOutputTokenCount = 6, Temperature = 0.7f, TopP = 0.9f, PresencePenalty = 0.5f, IncludeLogProbabilities = true, TopLogProbabilityCount = 2 };
            var whole = (await chat.CompleteChatAsync([new SystemChatMessage("be brief"), new UserChatMessage("river")], options, bound.Token)).Value;
            Assert.That(whole.ContentTokenLogProbabilities, Has.Count.EqualTo(whole.Usage.OutputTokenCount));
            var pieces = 0;
            await foreach (var _ in chat.CompleteChatStreamingAsync([new UserChatMessage("river")], options, bound.Token)) pieces++;
            Assert.That(pieces, Is.GreaterThan(2));
            options.Temperature = -1;
            var error = await Assert.ThrowsAsync<ClientResultException>(async () => await chat.CompleteChatAsync([new UserChatMessage("x")], options, bound.Token));
            Assert.That(error!.Message, Does.Contain("temperature"));
            Assert.That(await client.GetStringAsync("/metrics", bound.Token), Does.Contain("gemma:generation_tokens_total{model_name=\"tiny\"}"));
        }
        finally
        {
            if (!server.HasExited) server.Kill(entireProcessTree: true);
        }
    }

    [Test]
    public async Task A_GPU_that_is_demanded_and_not_there_ends_it_with_1()
    {
        using var scratch = new ScratchDirectory();
        TinyModel.Write(scratch.Path);
        using var server = Start(scratch.Path, FreePort(), "cuda");
        try
        {
            using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(40));
            var output = await server.StandardOutput.ReadToEndAsync(bound.Token);
            await server.WaitForExitAsync(bound.Token);
            Assert.That(server.ExitCode, Is.EqualTo(1));
            Assert.That(output, Does.Contain("DEVICE: cuda is asked for, but"));
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

    private static Process Start(string model, int port, string device = "auto")
    {
        var published = Environment.GetEnvironmentVariable("GEMMA_SERVER");
        var start = new ProcessStartInfo(published ?? "dotnet", published is null ? [Path.Combine(AppContext.BaseDirectory, "gemma-inference.dll")] : [])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["MODEL_PATH"] = model;
        start.Environment["MODEL_NAME"] = "tiny";
        start.Environment["PORT"] = $"{port}";
        start.Environment["DEVICE"] = device;
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
