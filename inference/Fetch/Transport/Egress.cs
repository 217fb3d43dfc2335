using System.Net;
using System.Net.Sockets;

namespace GemmaInference.Fetch.Transport;

/// <summary>
/// Judges the addresses that a fetch would connect to, after names are resolved: what a name or a redirect leads to
/// must never be the node's or the cloud's own services. Private networks are allowed: mirrors stand there.
/// </summary>
internal static class Egress
{
    private static readonly (IPNetwork Network, string Kind)[] Never =
    [
        (IPNetwork.Parse("169.254.0.0/16"), "link-local, where clouds keep metadata"),
        (IPNetwork.Parse("fe80::/10"), "link-local"),
        // Alibaba Cloud, Oracle Cloud, Azure, AWS, Google Cloud: their documented metadata addresses.
        (IPNetwork.Parse("100.100.100.200/32"), "a cloud's metadata service"),
        (IPNetwork.Parse("192.0.0.192/32"), "a cloud's metadata service"),
        (IPNetwork.Parse("168.63.129.16/32"), "a cloud's metadata service"),
        (IPNetwork.Parse("fd00:ec2::254/128"), "a cloud's metadata service"),
        (IPNetwork.Parse("fd20:ce::254/128"), "a cloud's metadata service"),
        (IPNetwork.Parse("0.0.0.0/8"), "unspecified"),
        (IPNetwork.Parse("::/128"), "unspecified"),
        (IPNetwork.Parse("224.0.0.0/4"), "multicast"),
        (IPNetwork.Parse("ff00::/8"), "multicast"),
        (IPNetwork.Parse("240.0.0.0/4"), "reserved"),
    ];

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Compatible = IPNetwork.Parse("::/96");

    /// <summary>Returns what kind of forbidden address it is; null: it may be connected to.</summary>
    /// <param name="address">Resolved.</param>
    /// <param name="loopback">Whether this machine itself may be spoken to.</param>
    public static string? Judge(IPAddress address, bool loopback)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return Judge(address.MapToIPv4(), loopback);
        }

        if (IPAddress.IsLoopback(address))
        {
            return loopback ? null : "this machine itself";
        }

        foreach (var (network, kind) in Never)
        {
            if (network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address))
            {
                return kind;
            }
        }

        return Embedded(address) is { } inner ? Judge(inner, loopback) : null;
    }

    /// <summary>Returns the IPv4 address that a gateway would translate to, or null.</summary>
    private static IPAddress? Embedded(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return null;
        }

        var bytes = address.GetAddressBytes();
        return Nat64.Contains(address) || Compatible.Contains(address) ? new IPAddress(bytes.AsSpan(12, 4))
            : SixToFour.Contains(address) ? new IPAddress(bytes.AsSpan(2, 4))
            : null;
    }
}
