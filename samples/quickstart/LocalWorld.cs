using GemmaOperator.Hosting;
using GemmaOperator.Registry.Access;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s;
using LocalCluster;
using LocalCluster.Images;
using LocalCluster.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using StandIns;

namespace Quickstart;

/// <summary>
/// Runs all that the demo needs, in this process: an API server with nodes, a registry, and the unmodified operator.
/// </summary>
internal sealed class LocalWorld : IAsyncDisposable
{
    /// <summary>Time that a simulated step takes, so that a person can follow.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(400);

    /// <summary>Repository of the server image for manifests that name none.</summary>
    public const string DefaultServer = "gemma-server";

    private readonly HttpClient _http = new();
    private readonly List<IAsyncDisposable> _running = [];
    private KubeClient? _client;

    private LocalWorld() { }

    public required ApiServer Cluster { get; init; }

    public required ImageRegistry Registry { get; init; }

    /// <summary>Gets where containers "run".</summary>
    public SimulatedRunner Runner { get; private set; } = null!;

    /// <summary>Runs the server for real; null in a build without it.</summary>
    public ServerProcess? Server { get; private set; }

    public IKubeApi Api => _client!.Api;

    /// <summary>Puts stand-ins for images into the registry.</summary>
    public StandInImages Images => new(new ImageSeeder(_http, Registry.Host));

    public static async Task<LocalWorld> StartAsync(CancellationToken cancellationToken)
    {
        var cluster = await ApiServer.StartAsync(new ApiServerOptions(), cancellationToken);
        var registry = await ImageRegistry.StartAsync(new ImageRegistryOptions(), cancellationToken);
        var world = new LocalWorld { Cluster = cluster, Registry = registry };
        world._client = new KubeClient(
            world.Configuration,
            new KubeTransportOptions { FieldManager = "quickstart" },
            TimeProvider.System,
            NullLoggerFactory.Instance
        );
        world.Runner = new SimulatedRunner(world._http, TimeProvider.System, Step);
        world.Server = RealServer.TorchLib is { } lib
            ? new ServerProcess(world.Runner, RealServer.Program, lib, world._http)
            : null;
        var nodes = await ControlPlane.StartAsync(
            cluster.Endpoint,
            cluster.Token,
            new NodeOptions
            {
                Gpus = [1],
                Step = Step,
                Runner = (IPodRunner?)world.Server ?? world.Runner,
                Registries = new Dictionary<string, string>(StringComparer.Ordinal) { [registry.Host] = registry.Host },
            },
            cancellationToken
        );
        world._running.Add(nodes);
        cluster.Logs = nodes.Log;
        return world;
    }

    /// <summary>
    /// Starts the operator with the registry hosts that the manifest names mirrored by the local one.
    /// </summary>
    public async Task StartOperatorAsync(IEnumerable<string> mirroredHosts, CancellationToken cancellationToken)
    {
        if (
            !RegistryMirrors.TryParse(
                mirroredHosts.Select(h => $"{h}={Registry.Host}/{h}"),
                out var mirrors,
                out var error
            )
        )
        {
            throw new FormatException(error);
        }

        var host = new OperatorHost(
            new OperatorOptions
            {
                Mirrors = mirrors,
                InsecureRegistries = [Registry.Host],
                ServerImage = $"{Registry.Host}/{DefaultServer}:latest",
            },
            Configuration,
            NullLoggerFactory.Instance,
            TimeProvider.System,
            Prometheus.Metrics.NewCustomRegistry()
        );
        _running.Add(host);
        await host.StartAsync(cancellationToken);
        await host.Working.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _running.Reverse();
        foreach (var part in _running)
        {
            await part.DisposeAsync();
        }

        await (Server?.DisposeAsync() ?? ValueTask.CompletedTask);
        await Registry.DisposeAsync();
        await Cluster.DisposeAsync();
        _http.Dispose();
    }

    private KubernetesClientConfiguration Configuration() =>
        new() { Host = Cluster.Endpoint.ToString(), AccessToken = Cluster.Token };
}
