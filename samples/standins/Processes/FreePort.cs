using System.Net;
using System.Net.Sockets;

namespace StandIns.Processes;

/// <summary>Finds ports for programs that must be told theirs.</summary>
public static class FreePort
{
    /// <summary>
    /// Returns a TCP port of 127.0.0.1 that nobody listens at. It isn't reserved: another program may take it first.
    /// </summary>
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
