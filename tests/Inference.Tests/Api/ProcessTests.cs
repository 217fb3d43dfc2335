using System.ClientModel;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using OpenAI;
using OpenAI.Chat;

namespace Inference.Tests.Api;

/// <summary>The real process, as a container starts it.</summary>
[TestFixture]
internal sealed class ProcessTests
{
    [Test]
    public async Task It_starts_answers_and_ends_with_0_on_SIGTERM()
    {
        using var server = new RunningServer();
        await server.StartedAsync();
        using var content = new StringContent(
            """{"model":"tiny","prompt":"water","max_tokens":3,"other":1}""",
            MediaTypeHeaderValue.Parse("application/json")
        );
        server.Client.DefaultRequestHeaders.Add("X-Request-Id", "trace-42");
        using var answer = await server.Client.PostAsync("/v1/completions", content, server.Bound);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        server.Terminate();
        var (output, ended) = await server.EndAsync();
        Assert.That(ended, Is.Zero);
        Assert.That(output, Does.Contain("Request trace-42 has fields").And.Contain("ignores: other"));
    }

    [Test]
    public async Task The_official_client_gets_answers_streams_and_errors()
    {
        using var server = new RunningServer();
        await server.StartedAsync();
        var chat = new ChatClient(
            "tiny",
            new ApiKeyCredential("none"),
            new OpenAIClientOptions { Endpoint = new Uri(server.Client.BaseAddress!, "/v1") }
        );
        var options = new ChatCompletionOptions
        {
            MaxOutputTokenCount = 6,
            Temperature = 0.7f,
            TopP = 0.9f,
            PresencePenalty = 0.5f,
            IncludeLogProbabilities = true,
            TopLogProbabilityCount = 2,
        };
        var whole = (
            await chat.CompleteChatAsync(
                [new SystemChatMessage("be brief"), new UserChatMessage("river")],
                options,
                server.Bound
            )
        ).Value;
        Assert.That(whole.ContentTokenLogProbabilities, Has.Count.EqualTo(whole.Usage.OutputTokenCount));
        var pieces = 0;
        await foreach (var _ in chat.CompleteChatStreamingAsync([new UserChatMessage("river")], options, server.Bound))
        {
            pieces++;
        }

        Assert.That(pieces, Is.GreaterThan(2));
        options.Temperature = -1;
        var error = await Assert.ThrowsAsync<ClientResultException>(async () =>
            await chat.CompleteChatAsync([new UserChatMessage("x")], options, server.Bound)
        );
        Assert.That(error!.Message, Does.Contain("temperature"));
        Assert.That(
            await server.Client.GetStringAsync("/metrics", server.Bound),
            Does.Contain("gemma:generation_tokens_total{model_name=\"tiny\"}")
        );
    }

    [TestCase(null, "cuda", "DEVICE: cuda is asked for, but")]
    [TestCase("/none/such", "auto", "/none/such/config.json")]
    public async Task What_it_cannot_start_with_ends_it_with_1(string? model, string device, string says)
    {
        using var server = new RunningServer(model, device);
        var (output, status) = await server.EndAsync();
        Assert.That(status, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain(says));
    }

    [TestCase("/none/such", "API_KEYS_FILE: /none/such: no such file")]
    [TestCase("/dev/null", "API_KEYS_FILE: /dev/null: has no keys")]
    public async Task Keys_that_are_asked_for_and_not_there_end_it_with_one_line(string file, string says)
    {
        using var server = new RunningServer(configure: start => start.Environment["API_KEYS_FILE"] = file);
        var (output, status) = await server.EndAsync();
        Assert.That(status, Is.EqualTo(1), output);
        Assert.That(output.Trim().Split('\n'), Has.Length.EqualTo(1).And.All.Contain(says));
    }

    [Test]
    public async Task A_port_that_is_taken_ends_it_with_1()
    {
        using var listener = new TcpListener(IPAddress.IPv6Any, 0);
        listener.Start();
        using var server = new RunningServer(port: ((IPEndPoint)listener.LocalEndpoint).Port);
        Assert.That((await server.EndAsync()).Status, Is.EqualTo(1));
    }
}
