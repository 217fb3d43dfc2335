using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Nodes.Client;

/// <summary>Sends the few requests that controllers and kubelets make, to any Kubernetes API.</summary>
internal sealed class KubeClient(HttpClient http, Uri endpoint, string? token)
{
    public async Task<(JsonArray Items, string Version)> ListAsync(string path, CancellationToken cancellationToken)
    {
        var list = await SendAsync(HttpMethod.Get, path, null, null, cancellationToken);
        return (list.Array("items") ?? [], list.Object("metadata").Text("resourceVersion") ?? "0");
    }

    public Task<JsonObject> GetAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, null, null, cancellationToken);

    public Task<JsonObject> CreateAsync(string path, JsonObject body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, body, "application/json", cancellationToken);

    public Task<JsonObject> PatchAsync(string path, JsonObject merge, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Patch, path, merge, "application/merge-patch+json", cancellationToken);

    public Task<JsonObject> DeleteAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, path, null, null, cancellationToken);

    public async IAsyncEnumerable<(string Type, JsonObject Object)> WatchAsync(
        string path,
        string version,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var request = Request(
            HttpMethod.Get,
            $"{path}?watch=true&resourceVersion={version}&allowWatchBookmarks=true&timeoutSeconds=300"
        );
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (JsonNode.Parse(line) is JsonObject change)
            {
                yield return (change.Text("type") ?? "", change.Object("object") ?? []);
            }
        }
    }

    private async Task<JsonObject> SendAsync(
        HttpMethod method,
        string path,
        JsonObject? body,
        string? contentType,
        CancellationToken cancellationToken
    )
    {
        using var request = Request(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, contentType!);
        }

        using var response = await http.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode
            ? JsonNode.Parse(text) as JsonObject ?? []
            : throw new RefusedException($"{method} {path}", response.StatusCode, Words(text));
    }

    private static string Words(string text)
    {
        try
        {
            return (JsonNode.Parse(text) as JsonObject).Text("message") ?? text;
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(endpoint, path));
        request.Headers.UserAgent.ParseAdd("localcluster/1");
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return request;
    }
}
