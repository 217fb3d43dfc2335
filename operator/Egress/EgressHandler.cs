using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace GemmaOperator.Egress;

/// <summary>
/// Sends every request that leaves the operator, the API server's aside, and judges it: its URL before, and the
/// addresses of its host after they were looked up, for each connection; it connects to what was judged. Connections of
/// one purpose serve no other.
/// </summary>
internal sealed class EgressHandler : HttpMessageHandler
{
    private readonly EgressRules _rules;
    private readonly Dictionary<EgressPurpose, HttpMessageInvoker> _ways;

    /// <param name="rules">What decides.</param>
    /// <param name="tls">How certificates are judged; null: as the runtime does.</param>
    public EgressHandler(EgressRules rules, RemoteCertificateValidationCallback? tls = null)
    {
        _rules = rules;
        _ways = Enum.GetValues<EgressPurpose>().ToDictionary(p => p, p => new HttpMessageInvoker(Way(p, tls)));
    }

    /// <summary>Returns a client without a limit of its own; each request brings one.</summary>
    public static HttpClient Client(EgressRules rules, RemoteCertificateValidationCallback? tls = null) =>
        new(new EgressHandler(rules, tls)) { Timeout = Timeout.InfiniteTimeSpan };

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        var (url, purpose) = (request.RequestUri!, EgressOptions.PurposeOf(request));
        if (_rules.Policy.Judge(url, purpose) is { } refusal)
        {
            throw Refused(refusal, url);
        }

        if (purpose != EgressPurpose.Metadata && ProxyFor(url) is { } proxy)
        {
            request.Options.Set(EgressOptions.Proxy, proxy);
            await JudgeNameAsync(url, purpose, cancellationToken);
        }

        return await _ways[purpose].SendAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var way in _ways.Values)
            {
                way.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private SocketsHttpHandler Way(EgressPurpose purpose, RemoteCertificateValidationCallback? tls)
    {
        var way = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = purpose != EgressPurpose.Metadata,
            Proxy = purpose == EgressPurpose.Metadata ? null : _rules.Proxy,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            ConnectCallback = (context, cancellationToken) => ConnectAsync(context, purpose, cancellationToken),
        };
        way.SslOptions.RemoteCertificateValidationCallback = tls;
        return way;
    }

    private Uri? ProxyFor(Uri url) => _rules.Proxy.IsBypassed(url) ? null : _rules.Proxy.GetProxy(url);

    /// <summary>
    /// Judges what can be judged of a request that goes through a proxy, which looks names up itself: addresses, and
    /// the names of the own machine. Where its answer comes from nobody knows, so that it is no public store.
    /// </summary>
    private async Task JudgeNameAsync(Uri url, EgressPurpose purpose, CancellationToken cancellationToken)
    {
        var host = HostAndPort.HostOf(url);
        var kind =
            IPAddress.TryParse(host, out var address)
                ? AddressKinds.Of(address, await _rules.Networks(cancellationToken))
            : host == "localhost" || host.EndsWith(".localhost", StringComparison.Ordinal) ? AddressKind.Loopback
            : AddressKind.Private;
        if (_rules.Policy.Judge(url, purpose, kind) is { } refusal)
        {
            throw Refused(refusal, url);
        }
    }

    private async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context,
        EgressPurpose purpose,
        CancellationToken cancellationToken
    )
    {
        var (host, port) = (context.DnsEndPoint.Host.Trim('[', ']'), context.DnsEndPoint.Port);
        var request = context.InitialRequestMessage;
        var addresses = IPAddress.TryParse(host.TrimEnd('.'), out var literal)
            ? [literal]
            : await _rules.Resolve(host, cancellationToken);
        // A proxy is the choice of whoever runs the operator; what it may reach is its own to judge.
        var isProxy =
            request.Options.TryGetValue(EgressOptions.Proxy, out var proxy)
            && proxy.Port == port
            && HostAndPort.HostOf(proxy).Equals(host.TrimEnd('.'), StringComparison.OrdinalIgnoreCase);
        if (!isProxy)
        {
            addresses = await AllowedAsync(addresses, request.RequestUri!, purpose, cancellationToken);
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

    /// <summary>Returns the addresses that may be connected to.</summary>
    /// <exception cref="EgressRefusedException">There is none.</exception>
    private async Task<IPAddress[]> AllowedAsync(
        IPAddress[] addresses,
        Uri url,
        EgressPurpose purpose,
        CancellationToken cancellationToken
    )
    {
        var cluster =
            purpose == EgressPurpose.Metadata ? ClusterNetworks.None : await _rules.Networks(cancellationToken);
        var judged = addresses
            .Select(a => (Address: a, Refusal: _rules.Policy.Judge(url, purpose, AddressKinds.Of(a, cluster))))
            .ToList();
        IPAddress[] allowed = [.. judged.Where(j => j.Refusal is null).Select(j => j.Address)];
        return allowed.Length > 0 ? allowed
            : judged is [var first, ..] ? throw new EgressRefusedException(first.Refusal!.Value, Named(url))
            : throw new SocketException((int)SocketError.HostNotFound);
    }

    private static HttpRequestException Refused(EgressRefusal refusal, Uri url)
    {
        var why = new EgressRefusedException(refusal, Named(url));
        return new HttpRequestException(why.Message, why);
    }

    private static string Named(Uri url) => url.IdnHost.Length == 0 ? url.Scheme : HostAndPort.Of(url).ToString();
}
