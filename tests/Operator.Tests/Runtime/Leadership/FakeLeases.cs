using System.Net;
using System.Text.Json.Nodes;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace Operator.Tests.Runtime.Leadership;

/// <summary>
/// One lease with the API's optimistic locking, shared by candidates; each sees it through a line that can be cut.
/// </summary>
internal sealed class FakeLeases
{
    private static readonly KubeRequest Request = new("patch", "leases.coordination.k8s.io", "n", "lease");

    private int _version;

    public V1Lease? Lease { get; private set; }

    public string? Holder => Lease?.Spec.HolderIdentity;

    public Line Connect() => new(this);

    public void Put(string holder)
    {
        Lease!.Spec.HolderIdentity = holder;
        Lease.Metadata.ResourceVersion = $"{++_version}";
    }

    /// <summary>As by somebody with kubectl.</summary>
    public void Delete() => Lease = null;

    private V1Lease Create(V1Lease lease)
    {
        if (Lease is not null)
        {
            throw Refused("AlreadyExists");
        }

        lease.Metadata.ResourceVersion = $"{++_version}";
        return Lease = Copy(lease);
    }

    private V1Lease Patch(JsonObject patch)
    {
        if ((string?)patch["metadata"]!["resourceVersion"] != Lease!.Metadata.ResourceVersion)
        {
            throw Refused("Conflict");
        }

        var spec = (JsonObject)patch["spec"]!;
        Lease.Spec.HolderIdentity = (string?)spec["holderIdentity"] ?? Lease.Spec.HolderIdentity;
        Lease.Spec.LeaseDurationSeconds = (int?)spec["leaseDurationSeconds"];
        Lease.Spec.LeaseTransitions = (int?)spec["leaseTransitions"] ?? Lease.Spec.LeaseTransitions;
        Lease.Metadata.ResourceVersion = $"{++_version}";
        return Copy(Lease);
    }

    private static V1Lease Copy(V1Lease lease) => KubernetesJson.Deserialize<V1Lease>(KubernetesJson.Serialize(lease));

    private static KubeApiException Refused(string reason) =>
        new(reason, Request) { Code = HttpStatusCode.Conflict, Reason = reason };

    internal sealed class Line(FakeLeases leases) : ScriptedApi
    {
        public bool IsCut { get; set; }

        public override Task<T?> GetAsync<T>(string? ns, string name, CancellationToken cancellationToken)
            where T : class => Over(() => (T?)(object?)(leases.Lease is null ? null : Copy(leases.Lease)));

        public override Task<T> CreateAsync<T>(T body, CancellationToken cancellationToken) =>
            Over(() => (T)(object)leases.Create((V1Lease)(object)body));

        public override Task<T> PatchAsync<T>(
            string? ns,
            string name,
            JsonObject mergePatch,
            string? subresource,
            CancellationToken cancellationToken
        ) => Over(() => (T)(object)leases.Patch(mergePatch));

        private Task<T> Over<T>(Func<T> call)
        {
            try
            {
                return IsCut
                    ? Task.FromException<T>(KubeErrors.Unreachable(Request, new IOException("cut")))
                    : Task.FromResult(call());
            }
            catch (KubeApiException e)
            {
                return Task.FromException<T>(e);
            }
        }
    }
}
