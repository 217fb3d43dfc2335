using System.Net;
using System.Net.Sockets;

namespace GemmaOperator.Api.Validation;

/// <summary>
/// Tells addresses that no server of a user's is at: link-local ones, where metadata services are, other addresses that
/// clouds have for those, and what names no host or many. Private and loopback ranges aren't among them.
/// </summary>
internal static class ReservedAddress
{
    /// <summary>Metadata services outside the link-local ranges: AWS (IPv6), Alibaba, Azure, Oracle.</summary>
    private static readonly IPAddress[] Metadata =
    [
        IPAddress.Parse("fd00:ec2::254"),
        IPAddress.Parse("100.100.100.200"),
        IPAddress.Parse("168.63.129.16"),
        IPAddress.Parse("192.0.0.192"),
    ];

    /// <summary>Tells whether an address is one, also where IPv6 wraps an IPv4 address (mapped, NAT64).</summary>
    public static bool Contains(IPAddress address)
    {
        var ip = Unwrap(address);
        return ip.IsIPv6LinkLocal
            || ip.IsIPv6Multicast
            || ip.Equals(IPAddress.IPv6Any)
            || Metadata.Contains(ip)
            || (
                ip.AddressFamily == AddressFamily.InterNetwork
                && ip.GetAddressBytes() is [0, ..] or [169, 254, ..] or [>= 224, ..]
            );
    }

    /// <summary>Returns the IPv4 address that an IPv6 one stands for; else the address itself.</summary>
    public static IPAddress Unwrap(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        // RFC 6052: 64:ff9b::/96 is what a NAT64 sends on to the IPv4 address in its last four bytes.
        return
            address.AddressFamily == AddressFamily.InterNetworkV6
            && address.GetAddressBytes() is [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, .. var last]
            ? new IPAddress(last)
            : address;
    }
}
