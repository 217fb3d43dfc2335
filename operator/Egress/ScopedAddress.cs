using System.Net;
using System.Net.Sockets;

namespace GemmaOperator.Egress;

/// <summary>Reads an address's zone without asking its family first.</summary>
internal static class ScopedAddress
{
    /// <summary>Returns the zone of an IPv6 address; 0 where it has none, or is IPv4.</summary>
    public static long ScopeIdOrZero(this IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? address.ScopeId : 0;
}
