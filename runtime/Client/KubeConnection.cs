using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;
using k8s.Authentication;
using k8s.Exceptions;

namespace GemmaOperator.Runtime.Client;

/// <summary>
/// Holds KubernetesClient's HTTP clients and credentials for one configuration, which can be loaded anew when a token,
/// a client certificate or the cluster's CA has changed on disk. Watches have connections of their own, so that none of
/// them can hold up a request.
/// </summary>
internal sealed class KubeConnection : IDisposable
{
    /// <summary>
    /// Bounds reloads: a server that refuses everybody mustn't make us read files, or run a login program, per request.
    /// </summary>
    private static readonly TimeSpan ReloadPause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Func<KubernetesClientConfiguration> _load;
    private readonly TimeProvider _time;
    private readonly bool _isBrief;
    private readonly List<Kubernetes> _retired = [];
    private volatile State _state;
    private long? _reloadedAt;

    /// <param name="load">Reads the configuration.</param>
    /// <param name="time">Monotonic time.</param>
    /// <param name="isBrief">
    /// Whether the process is over soon: watches then share the clients of requests, as to set clients up takes long.
    /// </param>
    /// <exception cref="KubeConfigException">The configuration is missing or broken.</exception>
    public KubeConnection(Func<KubernetesClientConfiguration> load, TimeProvider time, bool isBrief = false)
    {
        (_load, _time, _isBrief) = (load, time, isBrief);
        var configuration = load();
        try
        {
            _state = Build(configuration, Fingerprint(configuration), generation: 1);
        }
        catch (Exception e) when (e is not KubeConfigException)
        {
            // Keys that don't fit their certificate and the like show only now.
            throw new KubeConfigException(e.Message, e);
        }
    }

    /// <summary>
    /// Clients and credentials to use for one attempt. Without the lock: a login program that
    /// another waits for may take long.
    /// </summary>
    public State Current => _state;

    /// <summary>Reads the configuration again, unless another caller just did.</summary>
    /// <param name="failed">What the failed attempt used.</param>
    /// <param name="problem">Why what is there now can't be used, if so: a file may be half written.</param>
    /// <returns>True when there is something newer to try with.</returns>
    public bool TryReload(State failed, out string? problem)
    {
        problem = null;
        lock (_gate)
        {
            if (_state.Generation != failed.Generation)
            {
                return true;
            }

            if (_reloadedAt is { } last && _time.GetElapsedTime(last) < ReloadPause)
            {
                return false;
            }

            _reloadedAt = _time.GetTimestamp();
            try
            {
                _state = Next(_load());
                return true;
            }
            catch (Exception e)
            {
                // Files, YAML, certificates and login programs fail in many ways. What works so far stays.
                problem = e.Message.ReplaceLineEndings(" ");
                return false;
            }
        }
    }

    /// <summary>
    /// Trusts the CAs that a configuration names, and no others, as kubectl does: KubernetesClient by itself would also
    /// take whatever the machine trusts. Where it names none, the machine's count.
    /// </summary>
    internal static void TrustOnlyNamed(KubernetesClientConfiguration configuration)
    {
        if (configuration.SslCaCerts is not { Count: > 0 } authorities || configuration.SkipTlsVerify)
        {
            return;
        }

        configuration.FirstMessageHandlerSetup += handler =>
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.AddRange(authorities);
            handler.SslOptions.CertificateChainPolicy = policy;
        };
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var client in (IEnumerable<Kubernetes>)[_state.Requests, _state.Watches, .. _retired])
            {
                client.Dispose();
            }

            _retired.Clear();
        }
    }

    private State Next(KubernetesClientConfiguration configuration)
    {
        var fingerprint = Fingerprint(configuration);
        if (fingerprint == _state.Fingerprint)
        {
            // Same server and certificates: connections stay, only the token is read anew.
            return _state with
            {
                Generation = _state.Generation + 1,
                Credentials = Kubernetes.CreateCredentials(configuration),
            };
        }

        var next = Build(configuration, fingerprint, _state.Generation + 1);
        // Requests may still be running on the clients that were current until now. A watch that is still on those
        // before them breaks off and is resumed.
        foreach (var old in _retired)
        {
            old.Dispose();
        }

        _retired.Clear();
        _retired.AddRange([_state.Requests, _state.Watches]);
        return next;
    }

    private State Build(KubernetesClientConfiguration configuration, string fingerprint, int generation)
    {
        TrustOnlyNamed(configuration);
        var requests = new Kubernetes(configuration);
        return new(
            requests,
            _isBrief ? requests : new Kubernetes(configuration),
            Kubernetes.CreateCredentials(configuration),
            fingerprint,
            generation
        );
    }

    private static string Fingerprint(KubernetesClientConfiguration configuration)
    {
        var parts = new StringBuilder(configuration.Host)
            .Append('|')
            .Append(configuration.TlsServerName)
            .Append('|')
            .Append(configuration.SkipTlsVerify)
            .Append('|')
            .Append(configuration.ClientCertificateData)
            .Append('|')
            .Append(configuration.ClientCertificateKeyData)
            .Append('|')
            .Append(ContentOf(configuration.ClientCertificateFilePath))
            .Append('|')
            .Append(ContentOf(configuration.ClientKeyFilePath));
        foreach (var certificate in configuration.SslCaCerts ?? [])
        {
            parts.Append('|').Append(certificate.Thumbprint);
        }

        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(parts.ToString())));
    }

    private static string ContentOf(string? path) => File.Exists(path) ? File.ReadAllText(path) : "";

    /// <param name="Requests">For everything but watches.</param>
    /// <param name="Watches">For watches.</param>
    /// <param name="Credentials">Null when certificates alone, or nothing, identify us.</param>
    /// <param name="Fingerprint">Of everything a connection depends on.</param>
    /// <param name="Generation">Counts reloads.</param>
    internal sealed record State(
        Kubernetes Requests,
        Kubernetes Watches,
        ServiceClientCredentials? Credentials,
        string Fingerprint,
        int Generation
    );
}
