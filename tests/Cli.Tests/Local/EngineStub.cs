using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Cli.Tests.Local;

/// <summary>
/// Answers over a socket what a real engine answered (<see cref="Recordings"/>), and keeps what it was asked.
/// </summary>
internal sealed class EngineStub : IAsyncDisposable
{
    private const string Base = "docker.io/pytorch/pytorch:2.10.0-cuda12.8-cudnn9-runtime";

    private readonly Folder _folder = new();
    private readonly ConcurrentDictionary<string, (int Status, byte[] Body)> _answers = new(StringComparer.Ordinal);
    private WebApplication _app = null!;

    private EngineStub() { }

    /// <summary>Gets what was asked: method and path, with the query of a build.</summary>
    public ConcurrentQueue<(string Asked, IQueryCollection Query, byte[] Body)> Asked { get; } = new();

    public string Address => $"unix://{_folder.Path("engine.sock")}";

    public static async Task<EngineStub> StartAsync()
    {
        var stub = new EngineStub();
        var baseId = JsonId("base.json");
        var builtId = JsonId("built.json");
        var container = JsonId("created.json");
        stub.Answer("GET /version", 200, "version.json");
        stub.Answer("GET /images/json", 200, "images.json");
        stub.Answer($"GET /images/{Base}/json", 200, "base.json");
        stub.Answer($"GET /images/{baseId}/history", 200, "base.history.json");
        stub.Answer("POST /build", 200, "build.jsonl");
        stub.Answer($"GET /images/{builtId}/json", 200, "built.json");
        stub.Answer($"GET /images/{builtId}/history", 200, "built.history.json");
        stub.Answer("POST /containers/create", 201, "created.json");
        stub.AnswerText($"POST /containers/{container}/start", 204, "");
        stub.Answer($"POST /containers/{container}/wait", 200, "waited.json");
        stub.Answer($"GET /containers/{container}/logs", 200, "check.logs");
        stub.Answer($"GET /containers/{container}/json", 200, "container.json");
        stub.AnswerText($"DELETE /containers/{container}", 204, "");
        stub.Answer("POST /images/127.0.0.1:5055/mine/gemma/push", 200, "push.jsonl");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o =>
            o.ListenUnixSocket(stub._folder.Path("engine.sock"), l => l.Protocols = HttpProtocols.Http1)
        );
        stub._app = builder.Build();
        stub._app.Run(stub.AnswerAsync);
        await stub._app.StartAsync();
        return stub;
    }

    public void Answer(string asked, int status, string recording) =>
        _answers[asked] = (status, File.ReadAllBytes(Recordings.PathTo(recording)));

    public void AnswerText(string asked, int status, string body) =>
        _answers[asked] = (status, Encoding.UTF8.GetBytes(body));

    /// <summary>Builds by it.</summary>
    public Task<Run> BuildAsync(params string[] more) => BuildOfAsync(Recordings.Manifest, more);

    public async Task<Run> BuildOfAsync(string manifest, params string[] more)
    {
        using var input = new StringReader(manifest);
        return await Run.Async(input, ["build", "-f", "-", "--local", "--offline", "--engine", Address, .. more]);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var asked = $"{context.Request.Method} {context.Request.Path}";
        Asked.Enqueue((asked, context.Request.Query, body.ToArray()));
        var (status, answer) = _answers.TryGetValue(asked, out var known)
            ? known
            : (404, File.ReadAllBytes(Recordings.PathTo("absent.json")));
        context.Response.StatusCode = status;
        if (status != 204)
        {
            context.Response.ContentType = asked.EndsWith("/logs", StringComparison.Ordinal)
                ? "application/vnd.docker.multiplexed-stream"
                : "application/json";
            await context.Response.Body.WriteAsync(answer, context.RequestAborted);
        }
    }

    private static string JsonId(string recording) =>
        (string)System.Text.Json.Nodes.JsonNode.Parse(Recordings.Text(recording))!["Id"]!;
}
