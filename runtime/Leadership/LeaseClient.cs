using System.Text.Json.Nodes;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace GemmaOperator.Runtime.Leadership;

/// <summary>
/// Reads and writes the lease. Writes name the version they are based on, so that two candidates can't both win.
/// </summary>
internal sealed class LeaseClient(IKubeApi api, LeaderElectionOptions options, TimeProvider time)
{
    public Task<V1Lease?> ReadAsync(CancellationToken cancellationToken) =>
        api.GetAsync<V1Lease>(options.Namespace, options.Name, cancellationToken);

    public Task CreateAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return api.CreateAsync(
            new V1Lease
            {
                Metadata = new V1ObjectMeta { NamespaceProperty = options.Namespace, Name = options.Name },
                Spec = new V1LeaseSpec
                {
                    HolderIdentity = options.Identity,
                    LeaseDurationSeconds = (int)options.Duration.TotalSeconds,
                    AcquireTime = now,
                    RenewTime = now,
                    LeaseTransitions = 0,
                },
            },
            cancellationToken
        );
    }

    public Task TakeAsync(V1Lease lease, CancellationToken cancellationToken) =>
        WriteAsync(
            lease,
            new JsonObject
            {
                ["holderIdentity"] = options.Identity,
                ["leaseDurationSeconds"] = (int)options.Duration.TotalSeconds,
                ["acquireTime"] = Now(),
                ["renewTime"] = Now(),
                ["leaseTransitions"] = (lease.Spec?.LeaseTransitions ?? 0) + 1,
            },
            cancellationToken
        );

    public Task RenewAsync(V1Lease lease, CancellationToken cancellationToken) =>
        WriteAsync(
            lease,
            new JsonObject { ["leaseDurationSeconds"] = (int)options.Duration.TotalSeconds, ["renewTime"] = Now() },
            cancellationToken
        );

    /// <summary>Gives it up, so that the next leader needn't wait for it to run out.</summary>
    public Task ReleaseAsync(V1Lease lease, CancellationToken cancellationToken) =>
        WriteAsync(
            lease,
            new JsonObject
            {
                ["holderIdentity"] = "",
                ["leaseDurationSeconds"] = 1,
                ["renewTime"] = Now(),
            },
            cancellationToken
        );

    private Task<V1Lease> WriteAsync(V1Lease lease, JsonObject spec, CancellationToken cancellationToken) =>
        api.PatchAsync<V1Lease>(
            options.Namespace,
            options.Name,
            new JsonObject
            {
                ["metadata"] = new JsonObject { ["resourceVersion"] = lease.Metadata.ResourceVersion },
                ["spec"] = spec,
            },
            subresource: null,
            cancellationToken
        );

    private string Now() => KubeTimeConverter.Format(time.GetUtcNow().UtcDateTime, micro: true);
}
