using System.Net;
using System.Net.Sockets;
using GemmaOperator.Api.Validation;

namespace GemmaOperator.Egress;

/// <summary>Holds the networks that are the cluster's own: those of its Services and pods, as far as known.</summary>
internal sealed record ClusterNetworks(IReadOnlyList<IPNetwork> Networks)
{
    public static readonly ClusterNetworks None = new([]);

    /// <summary>
    /// Bounds from below what Services have: an API server gives a /24 where nobody says anything, and takes the first
    /// address of the range for the Service <c>kubernetes</c>.
    /// </summary>
    private const int LeastOfServices = 24;

    private const int LeastOfServicesV6 = 112;

    /// <summary>Tells whether an address is one of the cluster's.</summary>
    public bool Contains(IPAddress address)
    {
        var plain = ReservedAddress.Unwrap(address);
        return Networks.Any(n => n.Contains(plain));
    }

    /// <summary>Returns both together.</summary>
    public ClusterNetworks With(ClusterNetworks other) => new([.. Networks.Union(other.Networks)]);

    /// <summary>Returns what the address of the Service <c>kubernetes</c> tells; nothing where it is none.</summary>
    public static ClusterNetworks Around(string? service) =>
        !IPAddress.TryParse(service, out var address) || address.ScopeIdOrZero() != 0
            ? None
            : new([
                Around(
                    address,
                    address.AddressFamily == AddressFamily.InterNetwork ? LeastOfServices : LeastOfServicesV6
                ),
            ]);

    /// <summary>Returns exactly these addresses.</summary>
    public static ClusterNetworks Of(IEnumerable<IPAddress> addresses) =>
        new([
            .. addresses
                .Where(a => a.ScopeIdOrZero() == 0)
                .Select(a => new IPNetwork(a, a.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)),
        ]);

    /// <summary>Returns what texts say; what is no range is left out.</summary>
    public static ClusterNetworks Of(IEnumerable<string?> ranges) =>
        new([.. ranges.Select(r => TryParse(r, out var network) ? network : (IPNetwork?)null).OfType<IPNetwork>()]);

    /// <summary>Reads a range as <c>10.96.0.0/12</c>; bits behind the prefix don't count.</summary>
    public static bool TryParse(string? text, out IPNetwork network)
    {
        network = default;
        if (
            text?.Split('/') is not [var start, var length]
            || !IPAddress.TryParse(start, out var address)
            || address.ScopeIdOrZero() != 0
            || !int.TryParse(length, System.Globalization.NumberStyles.None, null, out var bits)
            || bits > address.GetAddressBytes().Length * 8
        )
        {
            return false;
        }

        network = Around(address, bits);
        return true;
    }

    private static IPNetwork Around(IPAddress address, int bits)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = bits; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), bits);
    }
}
