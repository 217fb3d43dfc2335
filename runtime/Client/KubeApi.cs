using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Client;

/// <inheritdoc cref="IKubeApi"/>
internal sealed class KubeApi(
    KubeTransport transport,
    KubeTransportOptions options,
    IWriteFence? fence,
    IWriteLog? log,
    TimeProvider time
) : IKubeApi
{
    private const string ApplyPatch = "application/apply-patch+yaml";
    private const string MergePatch = "application/merge-patch+json";

    private readonly KubeExchange _exchange = new(transport, options.Timeout, time);

    public async Task<T?> GetAsync<T>(string? ns, string name, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var resource = KubeResource.Of<T>();
        var call = new KubeCall(resource.Request("get", ns, name), HttpMethod.Get, resource.Path(ns, name))
        {
            Accept = KubeAccept.One(resource),
        };
        try
        {
            return await ReadAsync<T>(call, resource, cancellationToken);
        }
        catch (KubeApiException e) when (e.IsNotFound && e.Status?.Details?.Name == name)
        {
            return null;
        }
    }

    public Task<T> CreateAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var (resource, ns, name) = Identify(body);
        return WriteAsync<T>(
            new(
                resource.Request("create", ns, name),
                HttpMethod.Post,
                $"{resource.Path(ns)}?fieldManager={options.FieldManager}"
            )
            {
                Body = KubeJson.Serialize(body),
            },
            resource,
            cancellationToken
        );
    }

    public Task<T> ApplyAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> => ApplyAsync(body, subresource: null, cancellationToken);

    public Task<T> ApplyStatusAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> => ApplyAsync(body, "status", cancellationToken);

    public async Task<IReadOnlyList<FieldConflict>> ConflictsAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var (resource, ns, name) = Identify(body);
        try
        {
            await ReadAsync<T>(
                new(
                    resource.Request("patch", ns, name),
                    HttpMethod.Patch,
                    $"{resource.Path(ns, name)}?fieldManager={options.FieldManager}&dryRun=All"
                )
                {
                    Body = KubeJson.Serialize(body),
                    ContentType = ApplyPatch,
                },
                resource,
                cancellationToken
            );
            return [];
        }
        catch (KubeApiException e) when (e.IsConflict)
        {
            return
            [
                .. (e.Status?.Details?.Causes ?? [])
                    .Where(c => c.Reason == "FieldManagerConflict")
                    .Select(c => new FieldConflict(c.Field ?? "", c.Message ?? "")),
            ];
        }
    }

    public Task<T> PatchAsync<T>(
        string? ns,
        string name,
        JsonObject mergePatch,
        string? subresource,
        CancellationToken cancellationToken
    )
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var resource = KubeResource.Of<T>();
        return WriteAsync<T>(
            new(
                resource.Request("patch", ns, name, subresource),
                HttpMethod.Patch,
                $"{resource.Path(ns, name, subresource)}?fieldManager={options.FieldManager}"
            )
            {
                Body = Encoding.UTF8.GetBytes(mergePatch.ToJsonString()),
                ContentType = MergePatch,
            },
            resource,
            cancellationToken
        );
    }

    public async Task<bool> DeleteAsync<T>(
        string? ns,
        string name,
        DeletePreconditions? preconditions,
        CancellationToken cancellationToken
    )
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var resource = KubeResource.Of<T>();
        var body = new V1DeleteOptions
        {
            PropagationPolicy = "Background",
            Preconditions = preconditions is null
                ? null
                : new V1Preconditions { Uid = preconditions.Uid, ResourceVersion = preconditions.ResourceVersion },
        };
        var call = new KubeCall(resource.Request("delete", ns, name), HttpMethod.Delete, resource.Path(ns, name))
        {
            Body = KubeJson.Serialize(body),
            Fence = fence,
        };
        try
        {
            await _exchange.RunAsync(
                call.Request,
                async token =>
                {
                    using var response = await transport.SendAsync(call, token);
                    await response.Content.CopyToAsync(Stream.Null, token);
                    return true;
                },
                cancellationToken
            );
        }
        catch (KubeApiException e) when (e.IsNotFound && e.Status?.Details?.Name == name)
        {
            return false;
        }

        log?.Deleted<T>(new ObjectKey(ns, name));
        return true;
    }

    public async Task<KubePage<T>> ListAsync<T>(ListQuery query, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var resource = KubeResource.Of<T>();
        var path = new KubeQuery(resource.Path(query.Namespace))
            .With("labelSelector", query.LabelSelector)
            .With("fieldSelector", query.FieldSelector)
            .With("limit", query.Limit?.ToString(CultureInfo.InvariantCulture))
            .With("continue", query.Continue);
        var call = new KubeCall(resource.Request("list", query.Namespace), HttpMethod.Get, path.ToString())
        {
            Accept = KubeAccept.List(resource),
        };
        var list = await _exchange.ReadPageAsync<T>(
            call,
            query.Buffer ?? new ArrayBufferWriter<byte>(),
            query.MostBytes ?? int.MaxValue,
            cancellationToken
        );
        var items = list.Items ?? [];
        var next = list.Metadata.ContinueProperty;
        return new(
            [.. items.Select(item => item.Object).OfType<T>()],
            list.Metadata.ResourceVersion ?? "",
            string.IsNullOrEmpty(next) ? null : next
        )
        {
            Unreadable = [.. items.Select(item => item.Unreadable).OfType<Unreadable>()],
        };
    }

    public async Task<string?> ReadLogAsync(
        string ns,
        string pod,
        string container,
        int tailLines,
        int limitBytes,
        CancellationToken cancellationToken
    )
    {
        var resource = KubeResource.Of<V1Pod>();
        var path = new KubeQuery(resource.Path(ns, pod, "log"))
            .With("container", container)
            .With("tailLines", tailLines.ToString(CultureInfo.InvariantCulture));
        var call = new KubeCall(resource.Request("get", ns, pod, "log"), HttpMethod.Get, path.ToString())
        {
            Accept = "*/*",
        };
        try
        {
            return await _exchange.RunAsync(
                call.Request,
                async token =>
                {
                    using var response = await transport.SendAsync(call, token);
                    await using var stream = await response.Content.ReadAsStreamAsync(token);
                    return await LogTailReader.ReadAsync(stream, limitBytes, token);
                },
                cancellationToken
            );
        }
        catch (KubeApiException e) when (e.Code is HttpStatusCode.NotFound or HttpStatusCode.BadRequest)
        {
            // Gone, or not started: the API answers 400 for a container that has no log yet.
            return null;
        }
    }

    private Task<T> ApplyAsync<T>(T body, string? subresource, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var (resource, ns, name) = Identify(body);
        return WriteAsync<T>(
            new(
                resource.Request("patch", ns, name, subresource),
                HttpMethod.Patch,
                $"{resource.Path(ns, name, subresource)}?fieldManager={options.FieldManager}&force=true"
            )
            {
                Body = KubeJson.Serialize(body),
                ContentType = ApplyPatch,
            },
            resource,
            cancellationToken
        );
    }

    private async Task<T> WriteAsync<T>(KubeCall call, KubeResource resource, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var result = await ReadAsync<T>(call with { Fence = fence }, resource, cancellationToken);
        log?.Wrote(result);
        return result;
    }

    private async Task<T> ReadAsync<T>(KubeCall call, KubeResource resource, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        ObjectTrimmer.Trim(await _exchange.ReadAsync<T>(call, cancellationToken), resource);

    private static (KubeResource Resource, string? Namespace, string Name) Identify<T>(T body)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var resource = KubeResource.Of<T>();
        (body.ApiVersion, body.Kind) = (resource.ApiVersion, resource.Kind);
        return (resource, body.Metadata.NamespaceProperty, body.Metadata.Name);
    }
}
