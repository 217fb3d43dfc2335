using GemmaOperator.Api;
using GemmaOperator.Runtime;
using GemmaOperator.Runtime.Control;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;

namespace Benchmarks;

/// <summary>One life of the runtime: its host, its controller, its own metrics.</summary>
internal sealed class Operator : IAsyncDisposable
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();

    public Operator(Func<KubernetesClientConfiguration> configuration, string ns)
    {
        Host = new ControllerHost(
            new ControllerHostOptions
            {
                Configuration = configuration,
                Namespace = ns,
                Controllers = new ControllerOptions { Workers = 16 },
            },
            NullLoggerFactory.Instance,
            TimeProvider.System,
            _registry);
        Images = Host.Cache<GemmaBaseImage>();
        Controller = new ChildAndStatus(Host.Api, Host.Cache<V1ConfigMap>(ChildAndStatus.Label));
        Host.For(Controller).Owns<V1ConfigMap>(ChildAndStatus.Label);
    }

    public ControllerHost Host { get; }

    public ChildAndStatus Controller { get; }

    public IIndexer<GemmaBaseImage> Images { get; }

    /// <summary>Requests so far by verb; a watch counts once, whatever it brings.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CallsAsync()
    {
        using var text = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(text, CancellationToken.None);
        const string Prefix = "rest_client_request_duration_seconds_count{verb=\"";
        return System.Text.Encoding.UTF8.GetString(text.ToArray())
            .Split('\n')
            .Where(line => line.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(line => line[Prefix.Length..].Split('"', 2))
            .ToDictionary(parts => parts[0], parts => long.Parse(parts[1].Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture));
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
