using System.Net.NetworkInformation;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Egress;

/// <summary>
/// Finds out the networks of the cluster: what the configuration says, the ServiceCIDRs (Kubernetes 1.33), the ranges
/// of the nodes' pods, the surroundings of the Service <c>kubernetes</c> and the pod's own addresses. What can't be
/// read is left out; what was read once counts until it is read again.
/// </summary>
/// <param name="api">The API server; null where it isn't asked.</param>
/// <param name="known">What is known without it.</param>
/// <param name="time">What the pauses are measured by.</param>
internal sealed class ClusterNetworkReader(IKubeApi? api, ClusterNetworks known, TimeProvider time) : IDisposable
{
    private const int PageSize = 500;

    /// <summary>Nodes come with ranges of their own.</summary>
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan AgainAfterFailure = TimeSpan.FromMinutes(1);

    /// <summary>Less than a connection may take, which waits for this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _one = new(1, 1);
    private ClusterNetworks? _networks;
    private ClusterNetworks _services = ClusterNetworks.None;
    private ClusterNetworks _pods = ClusterNetworks.None;
    private DateTimeOffset _until = DateTimeOffset.MinValue;

    /// <summary>Returns what the environment of a pod tells; nothing elsewhere.</summary>
    public static ClusterNetworks OfThisPod() =>
        Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is { Length: > 0 } service
            ? ClusterNetworks.Around(service).With(ClusterNetworks.Of(OwnAddresses()))
            : ClusterNetworks.None;

    /// <summary>Returns the networks as they are known now.</summary>
    public async ValueTask<ClusterNetworks> GetAsync(CancellationToken cancellationToken)
    {
        if (api is null || time.GetUtcNow() < _until)
        {
            return _networks ?? known;
        }

        await _one.WaitAsync(cancellationToken);
        try
        {
            if (time.GetUtcNow() >= _until)
            {
                var isComplete = await ReadAsync(api, cancellationToken);
                _networks = known.With(_services).With(_pods);
                _until = time.GetUtcNow() + (isComplete ? GoodFor : AgainAfterFailure);
            }

            return _networks ?? known;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private static IEnumerable<System.Net.IPAddress> OwnAddresses() =>
        NetworkInterface
            .GetAllNetworkInterfaces()
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address);

    private async Task<bool> ReadAsync(IKubeApi server, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var services = await TryAsync<V1ServiceCIDR>(server, s => s.Spec?.Cidrs ?? [], either.Token, cancellationToken);
        var pods = await TryAsync<V1Node>(
            server,
            n => n.Spec is { } spec ? [.. spec.PodCIDRs ?? [], spec.PodCIDR] : [],
            either.Token,
            cancellationToken
        );
        (_services, _pods) = (services ?? _services, pods ?? _pods);
        return services is not null && pods is not null;
    }

    /// <summary>Returns the ranges that all objects of a kind name; null when nobody knows now.</summary>
    private static async Task<ClusterNetworks?> TryAsync<T>(
        IKubeApi server,
        Func<T, IEnumerable<string?>> ranges,
        CancellationToken deadline,
        CancellationToken cancellationToken
    )
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            var all = new List<string?>();
            string? next = null;
            do
            {
                var query = new ListQuery { Limit = PageSize, Continue = next };
                var page = await server.ListAsync<T>(query, deadline);
                all.AddRange(page.Items.SelectMany(ranges));
                next = page.Continue;
            } while (next is not null);

            return ClusterNetworks.Of(all.Distinct(StringComparer.Ordinal));
        }
        catch (KubeApiException e) when (e.IsForbidden || e.IsNotFound)
        {
            // No such right, or no such kind: that won't pass by itself.
            return ClusterNetworks.None;
        }
        catch (KubeApiException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
