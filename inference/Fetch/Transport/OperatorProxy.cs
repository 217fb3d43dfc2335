using System.Collections.Concurrent;
using System.Net;

namespace GemmaInference.Fetch.Transport;

/// <summary>
/// Uses the proxy of the environment, as .NET does, and remembers which proxies it named: whoever runs the pod chose
/// them, so they may stand on this machine, where no redirect may lead.
/// </summary>
internal sealed class OperatorProxy(IWebProxy environment) : IWebProxy
{
    private readonly ConcurrentDictionary<(string Host, int Port), bool> _named = new();

    public ICredentials? Credentials
    {
        get => environment.Credentials;
        set => environment.Credentials = value;
    }

    public Uri? GetProxy(Uri destination)
    {
        var proxy = environment.GetProxy(destination);
        if (proxy is not null && proxy != destination)
        {
            _named[(proxy.IdnHost, proxy.Port)] = true;
        }

        return proxy;
    }

    public bool IsBypassed(Uri host) => environment.IsBypassed(host);

    /// <summary>Tells whether a connection goes to a proxy.</summary>
    public bool IsProxy(DnsEndPoint target) => _named.ContainsKey((target.Host, target.Port));
}
