using System.Net;
using System.Net.Sockets;
using GemmaInference.Fetch.Failures;

namespace GemmaInference.Fetch.Transport;

/// <summary>Opens connections to addresses that were judged after their name was resolved.</summary>
internal sealed class JudgedConnections(bool loopback, IWebProxy environment)
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(20);
    private readonly OperatorProxy _proxy = new(environment);

    /// <summary>Makes a handler that follows no redirect, keeps no cookie and unpacks nothing by itself.</summary>
    public SocketsHttpHandler Handler() =>
        new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = ConnectAsync,
            ConnectTimeout = ConnectPatience,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            Proxy = _proxy,
            UseProxy = true,
            MaxResponseHeadersLength = 64,
            MaxResponseDrainSize = 0,
        };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var target = context.DnsEndPoint;
        var addresses = IPAddress.TryParse(target.Host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(target.Host, cancellation);
        var here = loopback || _proxy.IsProxy(target);
        var allowed = addresses.Where(address => Egress.Judge(address, here) is null).ToList();
        if (allowed.Count == 0 && addresses.Length > 0)
        {
            throw new FetchException(
                FetchReason.Refused,
                $"{target.Host} is {addresses[0]}: {Egress.Judge(addresses[0], here)}; weights are never fetched there"
            );
        }

        return await ConnectAsync(allowed, target, cancellation);
    }

    private static async Task<Stream> ConnectAsync(
        List<IPAddress> addresses,
        DnsEndPoint target,
        CancellationToken cancellation
    )
    {
        SocketException? last = null;
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, target.Port), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException cause)
            {
                socket.Dispose();
                last = cause;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }
}
