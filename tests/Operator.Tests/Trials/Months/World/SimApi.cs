using System.Net;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Control;
using k8s;
using k8s.Models;

namespace Operator.Tests.Trials.Months.World;

/// <summary>
/// The API server as one life of the operator sees it: with its faults, until that life has ended.
/// </summary>
internal sealed class SimApi(SimStore store, SimFaults faults, SimLife life) : IKubeApi
{
    /// <summary>Gets what the reconcile that runs has written.</summary>
    public List<Write> Writes { get; } = [];

    public Task<T?> GetAsync<T>(string? ns, string name, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        SendAsync(Request<T>("get", ns, name), () => store.Find<T>(ns, name));

    public Task<T> CreateAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        WriteAsync(Request<T>("create", body.Metadata.NamespaceProperty, body.Metadata.Name), () => store.Create(body));

    public Task<T> ApplyAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var (ns, name) = (body.Metadata.NamespaceProperty, body.Metadata.Name);
        return WriteAsync(
            Request<T>("patch", ns, name),
            () =>
                store.Find<T>(ns, name) is null
                    ? store.Create(body)
                    : store.Change<T>(
                        ns,
                        name,
                        live => SimApply.Replace(Same(live, body.Metadata.Uid, body.Metadata.ResourceVersion), body)
                    )
        );
    }

    public Task<IReadOnlyList<FieldConflict>> ConflictsAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> => Task.FromResult<IReadOnlyList<FieldConflict>>([]);

    public Task<T> ApplyStatusAsync<T>(T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var (ns, name) = (body.Metadata.NamespaceProperty, body.Metadata.Name);
        return WriteAsync(
            Request<T>("patch", ns, name),
            () =>
                store.Change<T>(
                    ns,
                    name,
                    live => SimApply.Status(Same(live, body.Metadata.Uid, body.Metadata.ResourceVersion), body)
                )
        );
    }

    public Task<T> PatchAsync<T>(
        string? ns,
        string name,
        JsonObject mergePatch,
        string? subresource,
        CancellationToken cancellationToken
    )
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        WriteAsync(
            Request<T>("patch", ns, name),
            () =>
            {
                var patch = mergePatch.DeepClone().AsObject();
                var metadata = patch["metadata"] as JsonObject ?? [];
                var (uid, version) = ((string?)metadata["uid"], (string?)metadata["resourceVersion"]);
                metadata.Remove("uid");
                metadata.Remove("resourceVersion");
                return store.Change<T>(ns, name, live => SimApply.Merge(Same(live, uid, version), patch));
            }
        );

    public Task<bool> DeleteAsync<T>(
        string? ns,
        string name,
        DeletePreconditions? preconditions,
        CancellationToken cancellationToken
    )
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        SendAsync(
            Request<T>("delete", ns, name),
            () =>
            {
                if (store.Find<T>(ns, name) is not { } live)
                {
                    return false;
                }

                Same(live, preconditions?.Uid, preconditions?.ResourceVersion);
                Writes.Add(new Write(typeof(T), ObjectKey.Of(live), null));
                return store.Delete(typeof(T), ObjectKey.Of(live));
            }
        );

    /// <summary>Returns nothing: what is listed (nodes, events, replica sets) isn't in this world.</summary>
    public Task<KubePage<T>> ListAsync<T>(ListQuery query, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        SendAsync(Request<T>("list", query.Namespace, null), () => new KubePage<T>([], store.Version, null));

    public Task<string?> ReadLogAsync(
        string ns,
        string pod,
        string container,
        int tailLines,
        int limitBytes,
        CancellationToken cancellationToken
    ) =>
        SendAsync(
            Request<V1Pod>("get", ns, pod),
            () =>
                store.Find<V1Pod>(ns, pod)?.Metadata.Annotations?.TryGetValue("sim/log", out var log) == true ? log : ""
        )!;

    /// <exception cref="KubeApiException">It isn't the object, or not the version, that was meant.</exception>
    private static T Same<T>(T live, string? uid, string? version)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        (uid is null || uid == live.Metadata.Uid) && (version is null || version == live.Metadata.ResourceVersion)
            ? live
            : throw SimStore.Refusal<T>("patch", ObjectKey.Of(live), HttpStatusCode.Conflict, "Conflict");

    private static KubeRequest Request<T>(string verb, string? ns, string? name) => new(verb, typeof(T).Name, ns, name);

    private async Task<T> WriteAsync<T>(KubeRequest request, Func<T> act)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var made = await SendAsync(request, act);
        Writes.Add(new Write(typeof(T), ObjectKey.Of(made), made.Metadata.ResourceVersion));
        return made;
    }

    private async Task<TResult> SendAsync<TResult>(KubeRequest request, Func<TResult> act)
    {
        var isWrite = request.Verb is "create" or "patch" or "delete";
        life.Ensure(isWrite);
        if (life.IsContested)
        {
            await Task.Yield();
        }

        var fault = faults.OfApi(request, isWrite);
        if (fault is SimFault.Late)
        {
            await life.HoldUpAsync();
            return act();
        }

        if (fault is SimFault.DiesBefore or SimFault.DiesAfter)
        {
            if (fault == SimFault.DiesAfter)
            {
                act();
            }

            life.Die();
        }

        if (fault is SimFault.Lost)
        {
            act();
        }

        if (fault is not SimFault.None)
        {
            throw SimFaults.Answer(fault, request);
        }

        return act();
    }
}
