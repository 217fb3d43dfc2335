using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace KubectlGemma.Cluster;

/// <summary>
/// Speaks to one cluster. Objects are kept as the server wrote them, so that fields that this version doesn't know are
/// shown, too.
/// </summary>
internal sealed partial class GemmaCluster : IDisposable
{
    public const string FieldManager = "kubectl-gemma";

    private readonly KubeConnection _connection;
    private readonly KubeTransport _transport;
    private readonly KubeExchange _exchange;
    private readonly KubeTransportOptions _options;
    private readonly TimeProvider _time;
    private int _calls;

    private GemmaCluster(KubernetesClientConfiguration first, ClusterTarget target, TimeProvider time)
    {
        var loaded = first;
        _connection = new KubeConnection(
            () => Interlocked.Exchange(ref loaded, null!) ?? KubeconfigReader.Read(target),
            time,
            isBrief: true
        );
        var options = new KubeTransportOptions
        {
            FieldManager = FieldManager,
            ActsAs = target.As is { } user ? _ => user : null,
            ImpersonatedGroups = target.AsGroups,
        };
        (_options, _time) = (options, time);
        _transport = new KubeTransport(_connection, options, null, time, NullLogger<KubeTransport>.Instance);
        _exchange = new KubeExchange(_transport, options.Timeout, time);
        Api = new KubeApi(_transport, options, fence: null, log: null, time);
        Namespace = target.Namespace ?? (first.Namespace is { Length: > 0 } ns ? ns : "default");
        Server = first.Host;
    }

    /// <summary>Gets the namespace that is meant where none is named.</summary>
    public string Namespace { get; }

    /// <summary>Gets the address of the API server.</summary>
    public string Server { get; }

    /// <summary>Gets the typed API, for the operator's own readers.</summary>
    public IKubeApi Api { get; }

    /// <summary>Gets how many requests were sent by this type's own methods.</summary>
    public int Calls => _calls;

    /// <exception cref="Output.CliException">There is no usable kubeconfig.</exception>
    public static GemmaCluster Connect(ClusterTarget target, TimeProvider time)
    {
        SystemCertificates.Prepare();
        return new(KubeconfigReader.Read(target), target, time);
    }

    /// <summary>Decodes an object that was read.</summary>
    /// <exception cref="JsonException">It isn't as this version knows it.</exception>
    public static T Read<T>(JsonElement json)
        where T : class =>
        json.Deserialize<T>(KubeJson.Options) switch
        {
            GemmaBaseImage { Spec: null } or GemmaBuild { Spec: null } => throw new JsonException(
                "it has no spec",
                "$.spec",
                lineNumber: null,
                bytePositionInLine: null
            ),
            { } read => read,
            null => throw new JsonException("null"),
        };

    public Task<JsonElement> GetAsync<T>(string? ns, string name, CancellationToken cancellationToken)
    {
        var resource = KubeResource.Of<T>();
        return SendAsync(
            new KubeCall(resource.Request("get", ns, name), HttpMethod.Get, resource.Path(ns, name)),
            cancellationToken
        );
    }

    public Task<JsonElement> VersionAsync(CancellationToken cancellationToken) =>
        SendAsync(
            new KubeCall(new KubeRequest("get", "/version", Namespace: null, Name: null), HttpMethod.Get, "version"),
            cancellationToken
        );

    /// <summary>Sends a merge patch, and returns what the object is then.</summary>
    public Task<JsonElement> PatchAsync<T>(
        string? ns,
        string name,
        JsonObject patch,
        bool dryRun,
        CancellationToken cancellationToken
    )
    {
        var resource = KubeResource.Of<T>();
        return SendAsync(
            new KubeCall(
                resource.Request("patch", ns, name),
                HttpMethod.Patch,
                new KubeQuery(resource.Path(ns, name))
                    .With("fieldManager", FieldManager)
                    .With("dryRun", dryRun ? "All" : null)
                    .ToString()
            )
            {
                Body = Encoding.UTF8.GetBytes(patch.ToJsonString()),
                ContentType = "application/merge-patch+json",
            },
            cancellationToken
        );
    }

    /// <summary>Returns the events of one watch until the server ends it.</summary>
    public async IAsyncEnumerable<WatchedObject> WatchAsync<T>(
        string? ns,
        string? labels,
        string? fields,
        string version,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var resource = KubeResource.Of<T>();
        var call = new KubeCall(
            resource.Request("watch", ns),
            HttpMethod.Get,
            new KubeQuery(resource.Path(ns))
                .With("labelSelector", labels)
                .With("fieldSelector", fields)
                .With("watch", "1")
                .With("allowWatchBookmarks", "true")
                .With("resourceVersion", version)
                .ToString()
        )
        {
            IsWatch = true,
        };
        using var reader = await OpenAsync(call, cancellationToken);
        while (await ReadLineAsync(reader, cancellationToken) is { } line && EventOf(line) is { } change)
        {
            yield return change;
        }
    }

    /// <summary>Opens the log of a container.</summary>
    public async Task<TextReader> LogAsync(
        string ns,
        string pod,
        string container,
        bool follow,
        int? tailLines,
        CancellationToken cancellationToken
    )
    {
        var pods = KubeResource.Of<V1Pod>();
        return await OpenAsync(
            new KubeCall(
                pods.Request("get", ns, pod, "log"),
                HttpMethod.Get,
                new KubeQuery(pods.Path(ns, pod, "log"))
                    .With("container", container)
                    .With("follow", follow ? "true" : null)
                    .With("tailLines", tailLines?.ToString(System.Globalization.CultureInfo.InvariantCulture))
                    .ToString()
            )
            {
                IsWatch = follow,
                Accept = "*/*",
            },
            cancellationToken
        );
    }

    public void Dispose() => _connection.Dispose();

    private async Task<StreamReader> OpenAsync(KubeCall call, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        var response = await _transport.SendAsync(call, cancellationToken);
        return new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken), Encoding.UTF8);
    }

    /// <summary>Returns null for what isn't whole: the last line of a connection that broke.</summary>
    private static WatchedObject? EventOf(string line)
    {
        try
        {
            var json = JsonDocument.Parse(line).RootElement;
            return json.ValueKind == JsonValueKind.Object && json.TryGetProperty("object", out var changed)
                ? new WatchedObject(Text(json, "type") ?? "", changed)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Returns null at the end; a connection that breaks is an end, too.</summary>
    private static async Task<string?> ReadLineAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadLineAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return null;
        }
    }

    private Task<JsonElement> SendAsync(KubeCall call, CancellationToken cancellationToken) =>
        SendAsync(
            call,
            async (response, token) => JsonDocument.Parse(await response.ReadAsByteArrayAsync(token)).RootElement,
            cancellationToken
        );

    /// <summary>
    /// Sends a request and reads its answer; what is read is never disposed of: it is shown at the end of a short life.
    /// </summary>
    private Task<T> SendAsync<T>(
        KubeCall call,
        Func<HttpContent, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken
    )
    {
        Interlocked.Increment(ref _calls);
        return _exchange.RunAsync(
            call.Request,
            async token =>
            {
                using var response = await _transport.SendAsync(call, token);
                return await read(response.Content, token);
            },
            cancellationToken
        );
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
