using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.Nodes;
using Tests.Shared;

namespace LocalCluster.Tests.Worlds;

/// <summary>Runs a cluster with the namespace t, and nodes where a test wants them.</summary>
internal sealed class SmallWorld : IAsyncDisposable
{
    private readonly HttpClient _http = new();

    private SmallWorld(ApiServer cluster) => Cluster = cluster;

    public ApiServer Cluster { get; }

    public ControlPlane? Nodes { get; private set; }

    public static async Task<SmallWorld> StartAsync(NodeOptions? nodes = null)
    {
        var world = new SmallWorld(await ApiServer.StartAsync(new ApiServerOptions(), CancellationToken.None));
        await world.CreateAsync("/api/v1/namespaces", """{"metadata":{"name":"t"}}""");
        if (nodes is not null)
        {
            world.Nodes = await ControlPlane.StartAsync(
                world.Cluster.Endpoint,
                world.Cluster.Token,
                nodes,
                CancellationToken.None
            );
            world.Cluster.Logs = world.Nodes.Log;
        }

        return world;
    }

    /// <summary>Lets a webhook decide about what is written in the namespace t.</summary>
    public Task<AdmissionHook> HookAsync(HookOptions options, Func<HookQuestion, Verdict> decide) =>
        HookAsync(options, question => Task.FromResult(decide(question)));

    /// <inheritdoc cref="HookAsync(HookOptions, Func{HookQuestion, Verdict})"/>
    public Task<AdmissionHook> HookAsync(HookOptions options, Func<HookQuestion, Task<Verdict>> decide)
    {
        var api = new HttpClient { BaseAddress = Cluster.Endpoint };
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Cluster.Token);
        return AdmissionHook.StartAsync(api, "t", options, decide);
    }

    /// <summary>Creates an object of JSON; the answer must be a success.</summary>
    public async Task<JsonObject> CreateAsync(string path, string json)
    {
        var (status, body) = await SendAsync(HttpMethod.Post, path, json);
        Assert.That(status, Is.EqualTo(HttpStatusCode.Created), body.ToJsonString());
        return body;
    }

    public async Task<JsonObject> GetAsync(string path) => (await SendAsync(HttpMethod.Get, path, null)).Body;

    public async Task<(HttpStatusCode Status, JsonObject Body)> SendAsync(
        HttpMethod method,
        string path,
        string? json,
        string contentType = "application/json"
    )
    {
        using var request = Request(method, path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        }

        using var response = await _http.SendAsync(request);
        return (
            response.StatusCode,
            JsonNode.Parse(await response.Content.ReadAsStringAsync())?.AsObject() ?? new JsonObject()
        );
    }

    /// <summary>Sends a request that the test makes itself.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Cluster.Token);
        return _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Waits until one object of a collection is as wanted; bounded by the watch's timeout.</summary>
    public async Task<JsonObject> UntilAsync(string path, string name, Func<JsonObject, bool> isWanted)
    {
        using var request = Request(
            HttpMethod.Get,
            $"{path}?watch=true&timeoutSeconds=30&fieldSelector=metadata.name%3D{name}"
        );
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        JsonObject? last = null;
        while (await reader.ReadLineAsync() is { } line)
        {
            var change = JsonNode.Parse(line)!.AsObject();
            last = change["object"]!.AsObject();
            if ((string?)change["type"] != "DELETED" && isWanted(last))
            {
                return last;
            }
        }

        throw new AssertionException($"{path}/{name} never was as wanted, but {last?.ToJsonString()}");
    }

    /// <summary>Waits until an object is gone; bounded by the watch's timeout.</summary>
    public async Task GoneAsync(string path, string name)
    {
        var list = await GetAsync($"{path}?fieldSelector=metadata.name%3D{name}");
        if (list["items"]!.AsArray().Count == 0)
        {
            return;
        }

        using var request = Request(
            HttpMethod.Get,
            $"{path}?watch=true&timeoutSeconds=30&fieldSelector=metadata.name%3D{name}"
                + $"&resourceVersion={list["metadata"]!["resourceVersion"]}"
        );
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync() is { } line)
        {
            if ((string?)JsonNode.Parse(line)!["type"] == "DELETED")
            {
                return;
            }
        }

        throw new AssertionException($"{path}/{name} stays");
    }

    /// <summary>Waits until something was told of an object.</summary>
    public async Task<string> EventAsync(string about, string reason)
    {
        using var request = Request(
            HttpMethod.Get,
            "/api/v1/namespaces/t/events?watch=true&timeoutSeconds=30"
                + $"&fieldSelector=involvedObject.name%3D{about},reason%3D{reason}"
        );
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync() is { } line)
        {
            return (string)JsonNode.Parse(line)!["object"]!["message"]!;
        }

        throw new AssertionException($"{reason} was never told of {about}");
    }

    public async ValueTask DisposeAsync()
    {
        await (Nodes?.DisposeAsync() ?? ValueTask.CompletedTask);
        await Cluster.DisposeAsync();
        _http.Dispose();
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(Cluster.Endpoint, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Cluster.Token);
        return request;
    }
}
