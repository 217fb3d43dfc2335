using System.Net;
using GemmaOperator.Api.Validation;

namespace GemmaOperator.Egress;

/// <summary>Sorts addresses, also those that wrap others.</summary>
internal static class AddressKinds
{
    /// <summary>Not reached by everybody (IANA's special-purpose address registries).</summary>
    private static readonly IPNetwork[] PrivateNetworks =
    [
        .. Parse(
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "fc00::/7",
            "fec0::/10",
            "64:ff9b:1::/48",
            "100::/64",
            "2001::/23",
            "2001:db8::/32",
            "3fff::/20",
            "5f00::/16"
        ),
    ];

    /// <summary>The IPv4 address is in the last four bytes: RFC 2765 (SIIT), RFC 8215 (local NAT64).</summary>
    private static readonly IPNetwork[] MoreAtTheEnd = [.. Parse("::ffff:0:0:0/96", "64:ff9b:1::/48")];

    /// <summary>RFC 4380 (Teredo): the address stands for another machine's, behind a relay of anybody's.</summary>
    private static readonly IPNetwork Teredo = IPNetwork.Parse("2001::/32");

    /// <param name="address">What a name stands for.</param>
    /// <param name="cluster">The networks of the operator's own cluster.</param>
    public static AddressKind Of(IPAddress address, ClusterNetworks cluster)
    {
        if (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 && address.ScopeId != 0)
        {
            return AddressKind.Reserved;
        }

        IPAddress[] forms = [address, .. Wrapped(address)];
        return forms.Any(ReservedAddress.Contains) || Teredo.Contains(address) ? AddressKind.Reserved
            : forms.Any(IPAddress.IsLoopback) ? AddressKind.Loopback
            : forms.Any(cluster.Contains) ? AddressKind.Cluster
            : forms.Any(ip => PrivateNetworks.Any(n => n.Contains(ip))) ? AddressKind.Private
            : AddressKind.Public;
    }

    /// <summary>Returns the IPv4 addresses that an IPv6 address may lead to.</summary>
    private static IEnumerable<IPAddress> Wrapped(IPAddress address)
    {
        var plain = ReservedAddress.Unwrap(address);
        if (!plain.Equals(address))
        {
            yield return plain;
        }

        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6)
        {
            yield break;
        }

        var bytes = address.GetAddressBytes();
        // RFC 5214 (ISATAP): the interface identifier begins with 0000:5efe or 0200:5efe.
        var isIsatap = bytes[8] is 0 or 2 && bytes[9] == 0 && bytes[10] == 0x5e && bytes[11] == 0xfe;
        if (isIsatap || MoreAtTheEnd.Any(n => n.Contains(address)))
        {
            yield return new IPAddress(bytes.AsSpan(12, 4));
        }
    }

    private static IEnumerable<IPNetwork> Parse(params string[] networks) => networks.Select(n => IPNetwork.Parse(n));
}
