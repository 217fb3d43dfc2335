using System.Net;

namespace GemmaOperator.Egress;

/// <summary>Holds what decides about connections, and how the facts for it are found.</summary>
/// <param name="Policy">Who may be asked.</param>
internal sealed record EgressRules(EgressPolicy Policy)
{
    /// <summary>Gets what returns the addresses of a host.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>Gets what returns the networks of the cluster.</summary>
    public Func<CancellationToken, ValueTask<ClusterNetworks>> Networks { get; init; } =
        _ => ValueTask.FromResult(ClusterNetworks.None);

    /// <summary>Gets the proxy, as the runtime reads it from the environment.</summary>
    public IWebProxy Proxy { get; init; } = HttpClient.DefaultProxy;
}
