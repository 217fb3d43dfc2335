using System.Net;
using System.Net.Sockets;

namespace StandIns.Processes;

/// <summary>
/// Stands for a Service's address: listens at a loopback port that stays, and hands each connection to whichever
/// server is ready then; without one it is closed at once.
/// </summary>
public sealed class PortForward : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Uri?> _target;
    private readonly Task _accepting;

    /// <summary>Listens.</summary>
    /// <param name="target">Returns the address of a server that is ready; null when there is none.</param>
    public PortForward(Func<Uri?> target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync(_stop.Token);
    }

    /// <summary>Gets the address, for example <c>http://127.0.0.1:34567/</c>.</summary>
    public Uri Address => new($"http://{_listener.LocalEndpoint}/");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(cancellationToken);
            _ = ForwardAsync(client, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ForwardAsync(TcpClient client, CancellationToken cancellationToken)
    {
        using (client)
        {
            if (_target() is not { } target)
            {
                return;
            }

            using var server = new TcpClient();
            await server.ConnectAsync(target.Host, target.Port, cancellationToken);
            await Task.WhenAll(
                PumpAsync(client, server, cancellationToken),
                PumpAsync(server, client, cancellationToken)
            );
        }
    }

    private static async Task PumpAsync(TcpClient from, TcpClient to, CancellationToken cancellationToken)
    {
        await from.GetStream().CopyToAsync(to.GetStream(), cancellationToken);
        to.Client.Shutdown(SocketShutdown.Send);
    }
}
