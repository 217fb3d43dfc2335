using System.Net;
using System.Net.Sockets;
using GemmaOperator.Api.Validation;

namespace GemmaOperator.Hub;

/// <summary>
/// Makes connections for questions that users word: what a name stands for is judged after DNS, so that no name leads
/// to a metadata service, or to the operator's own machine unless that was meant.
/// </summary>
internal static class HubConnections
{
    /// <summary>On a request: whether it may go to a loopback address.</summary>
    public static readonly HttpRequestOptionsKey<bool> MayBeLoopback = new("gemmaoperator.loopback");

    /// <param name="resolve">Returns the addresses of a host.</param>
    public static SocketsHttpHandler Handler(Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null) =>
        new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            ConnectCallback = (context, cancellationToken) =>
                ConnectAsync(context, resolve ?? Dns.GetHostAddressesAsync, cancellationToken),
        };

    private static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context,
        Func<string, CancellationToken, Task<IPAddress[]>> resolve,
        CancellationToken cancellationToken
    )
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var request = context.InitialRequestMessage;
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await resolve(host, cancellationToken);
        // A proxy is the choice of whoever runs the operator; what it may reach is its own to judge.
        var isProxy = !string.Equals(
            request.RequestUri?.IdnHost,
            host.Trim('[', ']'),
            StringComparison.OrdinalIgnoreCase
        );
        if (!isProxy)
        {
            request.Options.TryGetValue(MayBeLoopback, out var loopback);
            addresses = [.. addresses.Where(a => IsAllowed(a, loopback))];
            if (addresses.Length == 0)
            {
                throw new RefusedAddressException($"{host} has no address that may be asked");
            }
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsAllowed(IPAddress address, bool mayBeLoopback) =>
        !ReservedAddress.Contains(address) && (mayBeLoopback || !IPAddress.IsLoopback(ReservedAddress.Unwrap(address)));
}
