using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Owners;
using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using WatchEventType = GemmaOperator.Runtime.Caching.WatchEventType;

namespace Benchmarks.Schedules;

/// <summary>
/// Stands for an API server and a registry in one: it brings what is written into the caches at once, lets every build
/// succeed, answers every reference with one digest, and counts what it is asked.
/// </summary>
internal sealed class CountingWorld : HttpMessageHandler, IKubeApi, IEventRecorder
{
    private const string Digest = "sha256:00000000000000000000000000000000000000000000000000000000000000aa";

    private readonly TimeProvider _time;
    private int _version;

    public CountingWorld(TimeProvider time)
    {
        _time = time;
        Images.AddIndex(RepositoryLookup.ByRepository, NamedRepositories.Keys);
    }

    public ObjectCache<GemmaBaseImage> Images { get; } = new();

    public ObjectCache<GemmaBuild> Builds { get; } = new();

    public int ApiRequests { get; private set; }

    public int RegistryRequests { get; private set; }

    public Task<T> CreateAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ApiRequests++;
        var build = (GemmaBuild)(object)body;
        var now = _time.GetUtcNow().UtcDateTime;
        (build.Metadata.Uid, build.Metadata.CreationTimestamp) = (build.BuildName, now);
        var made = new ImageStatus
        {
            Reference = $"{build.Spec!.Template.Output.Repository}@{Digest}",
            Digest = Digest,
            Build = build.BuildName,
        };
        See(
            Builds,
            build with
            {
                Status = new GemmaBuildStatus
                {
                    Conditions =
                    [
                        new V1Condition
                        {
                            Type = ConditionType.Succeeded,
                            Status = "True",
                            Reason = "Completed",
                            Message = "",
                            LastTransitionTime = now,
                        },
                    ],
                    Candidate = made,
                    Promoted = made,
                    StartTime = now,
                    CompletionTime = now.AddMinutes(15),
                },
            }
        );
        return Task.FromResult(body);
    }

    public Task<T> ApplyStatusAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ApiRequests++;
        var image = (GemmaBaseImage)(object)body;
        See(Images, Images.Get(image.Metadata.NamespaceProperty, image.Metadata.Name)! with { Status = image.Status });
        return Task.FromResult(body);
    }

    public void Publish(
        IKubernetesObject<V1ObjectMeta> regarding,
        EventType type,
        string reason,
        string action,
        string note
    ) => ApiRequests++;

    /// <summary>Brings an object into a cache as a watch would, in a version of its own.</summary>
    public void See<T>(ObjectCache<T> cache, T seen)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var read = KubernetesJson.Deserialize<T>(KubernetesJson.Serialize(seen));
        read.Metadata.ResourceVersion = $"{++_version}";
        cache.Apply(new WatchEvent<T>(WatchEventType.Modified, read, read.Metadata.ResourceVersion));
    }

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        RegistryRequests++;
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent([]) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.oci.image.index.v1+json");
        response.Headers.Add("Docker-Content-Digest", Digest);
        return Task.FromResult(response);
    }

    Task<T?> IKubeApi.GetAsync<T>(string? ns, string name, CancellationToken cancellationToken)
        where T : class => throw new NotSupportedException();

    Task<T> IKubeApi.ApplyAsync<T>(T body, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<IReadOnlyList<FieldConflict>> IKubeApi.ConflictsAsync<T>(T body, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    Task<T> IKubeApi.PatchAsync<T>(
        string? ns,
        string name,
        JsonObject mergePatch,
        string? subresource,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    Task<bool> IKubeApi.DeleteAsync<T>(
        string? ns,
        string name,
        DeletePreconditions? preconditions,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    Task<KubePage<T>> IKubeApi.ListAsync<T>(ListQuery query, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    Task<string?> IKubeApi.ReadLogAsync(
        string ns,
        string pod,
        string container,
        int tailLines,
        int limitBytes,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();
}
