using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LocalCluster.Images;

/// <summary>An OCI distribution registry in this process, on loopback (OCI distribution specification 1.1).</summary>
public sealed class ImageRegistry : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly BlobStore _blobs = new();
    private readonly ManifestStore _manifests = new();
    private readonly ConcurrentQueue<RegistryRequest> _requests = new();

    private ImageRegistry(WebApplication app) => _app = app;

    /// <summary>Host and port, for example <c>127.0.0.1:34567</c>.</summary>
    public string Host =>
        new Uri(
            _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
        ).Authority;

    /// <summary>Requests so far.</summary>
    public IReadOnlyList<RegistryRequest> Requests => [.. _requests];

    /// <summary>Repositories that have a tag.</summary>
    public IReadOnlyList<string> Repositories => _manifests.Repositories;

    /// <summary>Starts a registry.</summary>
    public static async Task<ImageRegistry> StartAsync(
        ImageRegistryOptions options,
        CancellationToken cancellationToken
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<KestrelServerOptions>(k => k.Limits.MaxRequestBodySize = null);
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{options.Port}"));
        var app = builder.Build();
        var registry = new ImageRegistry(app);
        app.Run(context => registry.HandleAsync(context, options));
        await app.StartAsync(cancellationToken);
        return registry;
    }

    /// <summary>Digest by tag of a repository.</summary>
    public IReadOnlyDictionary<string, string> Tags(string repository) => _manifests.Tags(repository);

    /// <summary>The manifest's JSON text by tag or digest; null when there is none.</summary>
    public string? Manifest(string repository, string reference) =>
        _manifests.Find(repository, reference) is { } found ? Encoding.UTF8.GetString(found.Bytes) : null;

    /// <summary>A blob's file; it need not exist.</summary>
    public string BlobPath(string digest) => _blobs.PathOf(digest);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _blobs.Dispose();
    }

    private async Task HandleAsync(HttpContext context, ImageRegistryOptions options)
    {
        var request = new RegistryRequest(context.Request.Method, context.Request.Path.Value ?? "/");
        _requests.Enqueue(request);
        if (options.Fault?.Invoke(request) is { } fault)
        {
            await FailAsync(context, fault);
            return;
        }

        if (options.Credentials is { } wanted && !Knows(context, wanted))
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"localcluster\"";
            await ErrorAsync(context, 401, "UNAUTHORIZED", "authentication required");
            return;
        }

        try
        {
            await RouteAsync(context, request.Path);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away.
        }
    }

    private Task RouteAsync(HttpContext context, string path)
    {
        if (path is "/v2/" or "/v2")
        {
            context.Response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
            return Task.CompletedTask;
        }

        if (!path.StartsWith("/v2/", StringComparison.Ordinal))
        {
            return ErrorAsync(context, 404, "NAME_UNKNOWN", "not found");
        }

        var rest = path["/v2/".Length..];
        foreach (
            var (marker, serve) in new (string, Func<HttpContext, string, string, Task>)[]
            {
                ("/blobs/uploads/", UploadAsync),
                ("/blobs/", BlobAsync),
                ("/manifests/", ManifestAsync),
                ("/tags/", TagsAsync),
            }
        )
        {
            var at = rest.LastIndexOf(marker, StringComparison.Ordinal);
            if (at > 0)
            {
                return serve(context, rest[..at], rest[(at + marker.Length)..]);
            }
        }

        return ErrorAsync(context, 404, "NAME_UNKNOWN", "not found");
    }

    private async Task BlobAsync(HttpContext context, string repository, string digest)
    {
        switch (context.Request.Method)
        {
            case "GET" or "HEAD" when _blobs.Has(repository, digest):
                context.Response.ContentType = "application/octet-stream";
                context.Response.Headers["Docker-Content-Digest"] = digest;
                context.Response.ContentLength = new FileInfo(_blobs.PathOf(digest)).Length;
                if (context.Request.Method == "GET")
                {
                    await context.Response.SendFileAsync(_blobs.PathOf(digest), context.RequestAborted);
                }

                break;
            case "DELETE" when _blobs.Forget(repository, digest):
                context.Response.StatusCode = 202;
                break;
            default:
                await ErrorAsync(context, 404, "BLOB_UNKNOWN", "blob unknown to registry");
                break;
        }
    }

    private async Task UploadAsync(HttpContext context, string repository, string id)
    {
        var query = context.Request.Query;
        if (context.Request.Method == "POST")
        {
            if (
                query["mount"] is [{ } mount, ..]
                && query["from"] is [{ } from, ..]
                && _blobs.Mount(from, repository, mount)
            )
            {
                Created(context, $"/v2/{repository}/blobs/{mount}", mount);
                return;
            }

            id = _blobs.StartUpload();
        }
        else if (!_blobs.HasUpload(id))
        {
            await ErrorAsync(context, 404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
            return;
        }

        var length = await _blobs.AppendAsync(id, context.Request.Body, context.RequestAborted);
        if (query["digest"] is [{ } digest, ..])
        {
            if (!await _blobs.FinishAsync(id, repository, digest, context.RequestAborted))
            {
                await ErrorAsync(context, 400, "DIGEST_INVALID", "provided digest did not match uploaded content");
                return;
            }

            Created(context, $"/v2/{repository}/blobs/{digest}", digest);
            return;
        }

        context.Response.StatusCode = 202;
        context.Response.Headers.Location = $"/v2/{repository}/blobs/uploads/{id}";
        context.Response.Headers["Range"] = string.Create(CultureInfo.InvariantCulture, $"0-{Math.Max(0, length - 1)}");
    }

    private async Task ManifestAsync(HttpContext context, string repository, string reference)
    {
        switch (context.Request.Method)
        {
            case "PUT":
                await PutManifestAsync(context, repository, reference);
                break;
            case "DELETE" when _manifests.Delete(repository, reference):
                context.Response.StatusCode = 202;
                break;
            case "GET" or "HEAD" when _manifests.Find(repository, reference) is { } found:
                context.Response.ContentType = found.Type;
                context.Response.ContentLength = found.Bytes.Length;
                context.Response.Headers["Docker-Content-Digest"] = found.Digest;
                context.Response.Headers.ETag = $"\"{found.Digest}\"";
                if (context.Request.Method == "GET")
                {
                    await context.Response.Body.WriteAsync(found.Bytes, context.RequestAborted);
                }

                break;
            default:
                await ErrorAsync(context, 404, "MANIFEST_UNKNOWN", $"manifest unknown: {reference}");
                break;
        }
    }

    private async Task PutManifestAsync(HttpContext context, string repository, string reference)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var bytes = body.ToArray();
        IReadOnlyList<string> missing;
        try
        {
            missing = [.. ManifestStore.BlobsOf(bytes).Where(b => !_blobs.Has(repository, b))];
        }
        catch (JsonException)
        {
            await ErrorAsync(context, 400, "MANIFEST_INVALID", "manifest invalid");
            return;
        }

        if (missing.Count > 0)
        {
            await ErrorAsync(context, 404, "MANIFEST_BLOB_UNKNOWN", $"blob unknown to registry: {missing[0]}");
            return;
        }

        var digest = _manifests.Put(repository, reference, context.Request.ContentType ?? "", bytes);
        Created(context, $"/v2/{repository}/manifests/{digest}", digest);
    }

    private Task TagsAsync(HttpContext context, string repository, string what)
    {
        if (what != "list")
        {
            return ErrorAsync(context, 404, "NAME_UNKNOWN", "not found");
        }

        var json = new JsonObject
        {
            ["name"] = repository,
            ["tags"] = new JsonArray([.. _manifests.Tags(repository).Keys.Select(t => (JsonNode)t)]),
        };
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json.ToJsonString());
    }

    private static bool Knows(HttpContext context, (string User, string Password) wanted) =>
        context.Request.Headers.Authorization.ToString()
        == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{wanted.User}:{wanted.Password}"));

    private static void Created(HttpContext context, string location, string digest)
    {
        context.Response.StatusCode = 201;
        context.Response.Headers.Location = location;
        context.Response.Headers["Docker-Content-Digest"] = digest;
    }

    private static async Task FailAsync(HttpContext context, RegistryFault fault)
    {
        if (fault.Status == 0)
        {
            var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
            return;
        }

        context.Response.StatusCode = fault.Status;
        context.Response.ContentType = fault.ContentType;
        if (fault.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        await context.Response.WriteAsync(fault.Body);
    }

    private static Task ErrorAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        var json = new JsonObject
        {
            ["errors"] = new JsonArray(new JsonObject { ["code"] = code, ["message"] = message }),
        };
        return context.Request.Method == "HEAD" ? Task.CompletedTask : context.Response.WriteAsync(json.ToJsonString());
    }
}
