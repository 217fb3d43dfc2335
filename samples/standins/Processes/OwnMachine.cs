using System.Net;
using System.Net.Sockets;

namespace StandIns.Processes;

/// <summary>
/// Keeps what is simulated on this machine: no stand-in reaches a registry, a hub or a cluster that somebody uses.
/// </summary>
public static class OwnMachine
{
    /// <summary>Tells whether a registry's host, with or without a port, names this machine's loopback.</summary>
    public static bool Is(string host)
    {
        var bare =
            host.StartsWith('[') ? host[1..Math.Max(1, host.IndexOf(']', StringComparison.Ordinal))]
            : host.Split(':') is [var name, _] ? name
            : host;
        return string.Equals(bare, "localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(bare, out var address) && IPAddress.IsLoopback(address));
    }

    /// <summary>
    /// Makes a client that connects to loopback addresses alone, whatever a name resolves to, a redirect says or a
    /// proxy variable asks for; other connections fail with an <see cref="HttpRequestException"/> that names the host.
    /// </summary>
    public static HttpClient MakeClient() =>
        new(
            new SocketsHttpHandler
            {
                UseProxy = false,
                AllowAutoRedirect = false,
                ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, cancellationToken),
            }
        );

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint to, CancellationToken cancellationToken)
    {
        // A name that isn't one of this machine's isn't even looked up.
        var addresses = Is(to.Host) ? await Dns.GetHostAddressesAsync(to.Host, cancellationToken) : [];
        var own = Array.FindAll(addresses, IPAddress.IsLoopback);
        if (own.Length == 0)
        {
            throw new IOException($"{to.Host} isn't on this machine, and nothing simulated speaks to anything else");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(own, to.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
