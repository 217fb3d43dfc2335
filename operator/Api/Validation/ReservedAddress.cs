using System.Net;

namespace GemmaOperator.Api.Validation;

/// <summary>
/// Tells addresses that no server of a user's is at: link-local ones, where metadata services are, other addresses that
/// clouds have for those, and what names no host or many. Private and loopback ranges aren't among them. The server's
/// <c>fetch</c> refuses the same ones.
/// </summary>
internal static class ReservedAddress
{
    private static readonly IPNetwork[] Networks =
    [
        // Link-local, unspecified, multicast, reserved.
        IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("fe80::/10"),
        IPNetwork.Parse("0.0.0.0/8"),
        IPNetwork.Parse("::/128"),
        IPNetwork.Parse("224.0.0.0/4"),
        IPNetwork.Parse("ff00::/8"),
        IPNetwork.Parse("240.0.0.0/4"),
        // Documented metadata addresses: Alibaba Cloud, Oracle Cloud, Azure, AWS, Google Cloud.
        IPNetwork.Parse("100.100.100.200/32"),
        IPNetwork.Parse("192.0.0.192/32"),
        IPNetwork.Parse("168.63.129.16/32"),
        IPNetwork.Parse("fd00:ec2::254/128"),
        IPNetwork.Parse("fd20:ce::254/128"),
    ];

    /// <summary>RFC 6052 (NAT64) and RFC 4291 (IPv4-compatible): the IPv4 address is in the last four bytes.</summary>
    private static readonly IPNetwork[] AtTheEnd = [IPNetwork.Parse("64:ff9b::/96"), IPNetwork.Parse("::/96")];

    /// <summary>RFC 3056 (6to4): it follows the prefix.</summary>
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    /// <summary>Tells whether an address is one, also where IPv6 wraps an IPv4 address.</summary>
    public static bool Contains(IPAddress address)
    {
        var ip = Unwrap(address);
        return Networks.Any(n => n.Contains(ip));
    }

    /// <summary>Returns the IPv4 address that an IPv6 one stands for; else the address itself.</summary>
    public static IPAddress Unwrap(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        // Those of the loopback and of nobody are in the range of the IPv4-compatible ones.
        return IPAddress.IsLoopback(address) || address.Equals(IPAddress.IPv6Any) ? address
            : AtTheEnd.Any(n => n.Contains(address)) ? new IPAddress(address.GetAddressBytes().AsSpan(12, 4))
            : SixToFour.Contains(address) ? new IPAddress(address.GetAddressBytes().AsSpan(2, 4))
            : address;
    }
}
