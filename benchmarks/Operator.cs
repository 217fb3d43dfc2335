using Benchmarks.Harness;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Control;
using GemmaOperator.Runtime.Host;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;

namespace Benchmarks;

/// <summary>Runs one life of the runtime: its host, its controller, its own metrics.</summary>
internal sealed class Operator : IAsyncDisposable
{
    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();

    public Operator(Func<KubernetesClientConfiguration> configuration, string ns)
    {
        Host = new ControllerHost(
            new ControllerHostOptions
            {
                Configuration = configuration,
                Namespaces = [ns],
                Controllers = new ControllerOptions { Workers = 16 },
                ReportingController = "gemmaoperator.io/benchmarks",
                Transport = new KubeTransportOptions { FieldManager = "gemma-operator", KeptManagers = ["scale"] },
            },
            NullLoggerFactory.Instance,
            TimeProvider.System,
            _registry
        );
        Images = Host.Cache<GemmaBaseImage>();
        Controller = new ChildAndStatus(Host.Api, Host.Cache<V1ConfigMap>(ChildAndStatus.Label));
        Host.For(Controller).Owns<V1ConfigMap>(ChildAndStatus.Label);
    }

    public ControllerHost Host { get; }

    public ChildAndStatus Controller { get; }

    public IIndexer<GemmaBaseImage> Images { get; }

    /// <summary>Returns the requests so far by verb; a watch counts once, whatever it brings.</summary>
    public Task<IReadOnlyDictionary<string, long>> CallsAsync() => Calls.ByVerbAsync(_registry);

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
