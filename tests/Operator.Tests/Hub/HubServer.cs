using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Operator.Tests.Hub;

/// <summary>
/// Answers as a hub does about its repositories: <c>/api/models/REPOSITORY/revision/REVISION</c> and
/// <c>/REPOSITORY/resolve/COMMIT/config.json</c>, with the hub's own codes where something is wrong.
/// </summary>
internal sealed class HubServer : IAsyncDisposable
{
    public const string Repository = "google/gemma-tiny";
    public const string Token = "hf_good";

    public static readonly string[] Complete = ["config.json", "tokenizer.model", "model.safetensors"];

    private readonly WebApplication _app;
    private readonly TaskCompletionSource _away = new();

    private HubServer(WebApplication app) => _app = app;

    public string Endpoint => _app.Urls.First();

    /// <summary>Gets the commits by branch.</summary>
    public ConcurrentDictionary<string, string> Branches { get; } =
        new(StringComparer.Ordinal) { ["main"] = Commit(1) };

    public IReadOnlyList<string> Files { get; set; } = Complete;

    public string ModelType { get; set; } = "gemma3_text";

    /// <summary>Gets or sets whether a token is needed.</summary>
    public bool IsPrivate { get; set; }

    /// <summary>Gets or sets whether somebody must accept a licence.</summary>
    public bool IsGated { get; set; }

    /// <summary>Gets or sets whether it takes requests and never answers.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Gets or sets where config.json is; null means here.</summary>
    public Uri? Store { get; set; }

    /// <summary>Gets or sets what is answered instead, if anything.</summary>
    public Func<HttpContext, Task>? Instead { get; set; }

    /// <summary>Gets what was asked: path and authorization.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public static string Commit(int n) => new((char)('0' + n), 40);

    public static async Task<HubServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var server = new HubServer(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    public int CountOf(string path) => Requests.Count(r => r.Contains(path, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        _away.TrySetResult();
        await _app.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var authorization = context.Request.Headers.Authorization.ToString();
        Requests.Enqueue($"{path} {authorization}".TrimEnd());
        if (IsSilent)
        {
            return Task.WhenAny(
                _away.Task,
                Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted)
            );
        }

        if (Instead is { } other)
        {
            return other(context);
        }

        const string Api = $"/api/models/{Repository}/revision/";
        if (
            !path.StartsWith(Api, StringComparison.Ordinal)
            && !path.StartsWith($"/{Repository}/", StringComparison.Ordinal)
        )
        {
            return Refuse(context, authorization.Length > 0 ? 404 : 401, "RepoNotFound");
        }

        if (authorization.Length > 0 && authorization != $"Bearer {Token}")
        {
            return Refuse(context, 401, null);
        }

        if (IsPrivate && authorization.Length == 0)
        {
            return Refuse(context, 401, "RepoNotFound");
        }

        if (path.StartsWith(Api, StringComparison.Ordinal))
        {
            var revision = Uri.UnescapeDataString(path[Api.Length..]);
            return
                (
                    Branches.TryGetValue(revision, out var commit)
                        ? commit
                        : Branches.Values.FirstOrDefault(c => c == revision)
                )
                    is { } found
                ? context.Response.WriteAsync(Listing(found).ToJsonString())
                : Refuse(context, 404, "RevisionNotFound");
        }

        if (IsGated)
        {
            return Refuse(context, 403, "GatedRepo");
        }

        if (Store is { } store)
        {
            context.Response.Redirect(store.AbsoluteUri);
            return Task.CompletedTask;
        }

        return context.Response.WriteAsync($$"""{"model_type": "{{ModelType}}"}""");
    }

    private JsonObject Listing(string commit) =>
        new()
        {
            ["id"] = Repository,
            ["sha"] = commit,
            ["siblings"] = new JsonArray([.. Files.Select(f => new JsonObject { ["rfilename"] = f, ["size"] = 100 })]),
        };

    private static Task Refuse(HttpContext context, int code, string? error)
    {
        context.Response.StatusCode = code;
        if (error is not null)
        {
            context.Response.Headers["X-Error-Code"] = error;
        }

        return Task.CompletedTask;
    }
}
