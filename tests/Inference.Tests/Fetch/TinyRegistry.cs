using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Inference.Tests.Fetch;

/// <summary>A registry with one repository, which may want a token that a login gets.</summary>
internal sealed class TinyRegistry : IAsyncDisposable
{
    private const string Token = "a-token";
    private readonly ConcurrentDictionary<string, byte[]> _content = new();
    private readonly WebApplication _app;

    private TinyRegistry()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>User and password, with a colon; null: anybody may pull.</summary>
    public string? Login { get; init; }

    public string Host { get; private set; } = "";

    public static async Task<TinyRegistry> StartAsync(string? login = null)
    {
        var registry = new TinyRegistry { Login = login };
        await registry._app.StartAsync();
        registry.Host = new Uri(
            registry
                ._app.Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>()!
                .Addresses.Single()
        ).Authority;
        return registry;
    }

    /// <summary>Returns the source of an image of such layers.</summary>
    public string Push(params (string Type, byte[] Content, string? Title)[] layers)
    {
        var described = layers.Select(layer =>
        {
            var entry = Descriptor(layer.Type, layer.Content);
            if (layer.Title is { } title)
            {
                entry["annotations"] = new JsonObject { ["org.opencontainers.image.title"] = title };
            }

            return (JsonNode)entry;
        });
        var manifest = Encoding.UTF8.GetBytes(
            new JsonObject { ["schemaVersion"] = 2, ["layers"] = new JsonArray([.. described]) }.ToJsonString()
        );
        return $"oci://{Host}/team/model@{Put(manifest)}";
    }

    /// <summary>Returns the source of an index over an image.</summary>
    public string Index(string source, string architecture)
    {
        var digest = source[(source.IndexOf('@') + 1)..];
        var entry = new JsonObject
        {
            ["digest"] = digest,
            ["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = architecture },
        };
        var other = new JsonObject
        {
            ["digest"] = "sha256:" + new string('0', 64),
            ["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = "s390x" },
        };
        var index = new JsonObject { ["manifests"] = new JsonArray(other, entry) };
        return $"oci://{Host}/team/model@{Put(Encoding.UTF8.GetBytes(index.ToJsonString()))}";
    }

    /// <summary>Gives other bytes for a digest from now on.</summary>
    public void Spoil(byte[] content) => _content[DigestOf(content)] = [.. content.Reverse()];

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private JsonObject Descriptor(string type, byte[] content) =>
        new()
        {
            ["mediaType"] = type,
            ["digest"] = Put(content),
            ["size"] = content.Length,
        };

    private string Put(byte[] content)
    {
        var digest = DigestOf(content);
        _content[digest] = content;
        return digest;
    }

    private static string DigestOf(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    private Task AnswerAsync(HttpContext context)
    {
        var shown = context.Request.Headers.Authorization.ToString();
        if (context.Request.Path == "/token")
        {
            var right = shown == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Login!));
            context.Response.StatusCode = right ? 200 : 401;
            return context.Response.WriteAsync(right ? $$"""{"token":"{{Token}}"}""" : "");
        }

        if (Login is not null && shown != $"Bearer {Token}")
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"http://{Host}/token\",service=\"tiny\"";
            return Task.CompletedTask;
        }

        return _content.TryGetValue(context.Request.Path.Value!.Split('/')[^1], out var content)
            ? Results.Bytes(content, enableRangeProcessing: true).ExecuteAsync(context)
            : Results.NotFound().ExecuteAsync(context);
    }
}
