using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Runtime.Client;

/// <summary>
/// Talks to one cluster for a program that has no controllers: no caches, no lease that guards its writes.
/// </summary>
public sealed class KubeClient : IDisposable
{
    private readonly KubeConnection _connection;
    private readonly KubeExchange _exchange;

    /// <summary>Reads the configuration; connects with the first request.</summary>
    /// <param name="configuration">Loads it; called again when a token or the CA may have changed.</param>
    /// <param name="options">How to talk, and in whose name.</param>
    /// <param name="time">Bounds requests.</param>
    /// <param name="loggers">For what is retried.</param>
    /// <exception cref="k8s.Exceptions.KubeConfigException">The configuration is missing or broken.</exception>
    public KubeClient(
        Func<KubernetesClientConfiguration> configuration,
        KubeTransportOptions options,
        TimeProvider time,
        ILoggerFactory loggers
    )
    {
        _connection = new KubeConnection(configuration, time);
        var transport = new KubeTransport(
            _connection,
            options,
            observer: null,
            time,
            loggers.CreateLogger<KubeTransport>()
        );
        Api = new KubeApi(transport, options, fence: null, log: null, time);
        _exchange = new KubeExchange(transport, options.Timeout, time);
    }

    /// <summary>Gets the API of the cluster.</summary>
    public IKubeApi Api { get; }

    /// <summary>Asks the API server for its version.</summary>
    /// <exception cref="KubeApiException">It refuses, can't be reached or takes too long.</exception>
    public Task<VersionInfo> VersionAsync(CancellationToken cancellationToken) =>
        _exchange.ReadAsync<VersionInfo>(
            new KubeCall(new KubeRequest("get", "/version", Namespace: null, Name: null), HttpMethod.Get, "version"),
            cancellationToken
        );

    /// <summary>Closes all connections; requests that are running fail.</summary>
    public void Dispose() => _connection.Dispose();
}
