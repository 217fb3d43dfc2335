using GemmaOperator.Egress;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Identities;
using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.Hosting;

/// <summary>Derives from the command line where the operator's requests may go: what it names is trusted.</summary>
internal static class EgressSettings
{
    private const int Http = 80;
    private const int Https = 443;

    /// <summary>Returns the policy of an operator.</summary>
    public static EgressPolicy For(OperatorOptions options) =>
        For(
            options.TrustedHosts,
            options.TokenRealms,
            options.InsecureRegistries,
            options.Mirrors,
            HostAndPort.Of(options.Hub.Address)
        );

    /// <summary>Returns what knows the cluster's networks; a Role can't grant to list what is the cluster's.</summary>
    public static ClusterNetworkReader NetworksFor(OperatorOptions options, IKubeApi api, TimeProvider time) =>
        new(
            options.Namespaces.Count == 0 ? api : null,
            options.ClusterNetworks.With(ClusterNetworkReader.OfThisPod()),
            time
        );

    /// <summary>Returns the policy of a command that asks registries.</summary>
    public static EgressPolicy For(
        IReadOnlyList<HostAndPort> trusted,
        IReadOnlyList<TokenRealm> realms,
        IReadOnlyList<string> insecure,
        RegistryMirrors mirrors,
        params HostAndPort[] others
    ) =>
        new()
        {
            Trusted =
            [
                .. trusted,
                .. insecure.Select(host => Registry(host, insecure)),
                .. mirrors.Locations.Values.Select(to => Registry(to.Host, insecure)),
                .. others,
            ],
            TokenRealms = realms,
            MetadataServer = GoogleIdentity.DefaultServer,
        };

    /// <summary>Returns where a registry is that a reference's host names.</summary>
    public static HostAndPort Registry(string host, IReadOnlyList<string> insecure)
    {
        var port = insecure.Contains(host, StringComparer.Ordinal) ? Http : Https;
        return HostAndPort.TryParse(host, port, out var parsed)
            ? parsed
            : throw new FormatException($"'{host}' isn't a registry's host");
    }
}
