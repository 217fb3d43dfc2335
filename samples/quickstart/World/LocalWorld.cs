using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using GemmaOperator.Hosting;
using GemmaOperator.Registry.Access;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using LocalCluster;
using LocalCluster.Images;
using LocalCluster.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using StandIns;
using StandIns.Processes;

namespace Quickstart.World;

/// <summary>
/// Runs all that the demo needs, in this process: an API server with a node, a registry, and the unmodified operator.
/// What else an operator is told of (a stand-in for a hub of models, for example) is started by the caller, given to
/// <see cref="Keep"/>, and named in the options of <see cref="StartOperatorAsync"/>.
/// </summary>
internal sealed class LocalWorld : IAsyncDisposable
{
    /// <summary>Repository of the server image for manifests that name none.</summary>
    public const string DefaultServer = "gemma-server";

    private const string Node = "node-0";

    private readonly HttpClient _http = OwnMachine.MakeClient();
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

    /// <summary>Pushes images to the registry, and reads them there.</summary>
    public ImageSeeder Seeder => new(_http, Registry.Host);

    /// <summary>Puts stand-ins for images into the registry.</summary>
    public StandInImages Images => new(Seeder);

    /// <summary>Starts the API server, the registry and a node.</summary>
    /// <param name="step">Time that a simulated step takes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="over">Puts something over what runs containers; null: nothing.</param>
    public static async Task<LocalWorld> StartAsync(
        TimeSpan step,
        CancellationToken cancellationToken,
        Func<IPodRunner, IPodRunner>? over = null
    )
    {
        var cluster = await ApiServer.StartAsync(new ApiServerOptions(), cancellationToken);
        var registry = await ImageRegistry.StartAsync(new ImageRegistryOptions(), cancellationToken);
        var world = new LocalWorld { Cluster = cluster, Registry = registry };
        try
        {
            await world.StartNodeAsync(step, over ?? (runner => runner), cancellationToken);
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a client of the API for requests that no typed one sends; its owner disposes of it.</summary>
    public HttpClient MakeApiClient()
    {
        var client = OwnMachine.MakeClient();
        client.BaseAddress = Cluster.Endpoint;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Cluster.Token);
        return client;
    }

    /// <summary>Takes something that ends with this world.</summary>
    public T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _running.Add(part);
        return part;
    }

    /// <summary>Gives the node more labels and more of what pods ask for.</summary>
    public async Task FitNodeAsync(
        IEnumerable<KeyValuePair<string, string>> labels,
        IEnumerable<KeyValuePair<string, int>> resources,
        CancellationToken cancellationToken
    )
    {
        var (named, counted) = (new JsonObject(), new JsonObject());
        foreach (var (name, value) in labels)
        {
            named[name] = value;
        }

        foreach (var (name, count) in resources)
        {
            counted[name] = $"{count}";
        }

        await Api.PatchAsync<V1Node>(
            null,
            Node,
            new JsonObject { ["metadata"] = new JsonObject { ["labels"] = named } },
            null,
            cancellationToken
        );
        await Api.PatchAsync<V1Node>(
            null,
            Node,
            new JsonObject
            {
                ["status"] = new JsonObject { ["capacity"] = counted, ["allocatable"] = counted.DeepClone() },
            },
            "status",
            cancellationToken
        );
    }

    /// <summary>
    /// Starts the operator with the registry hosts that the manifest names mirrored by the local one.
    /// </summary>
    /// <param name="mirroredHosts">The hosts.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="configure">Changes the options last.</param>
    public async Task StartOperatorAsync(
        IEnumerable<string> mirroredHosts,
        CancellationToken cancellationToken,
        Func<OperatorOptions, OperatorOptions>? configure = null
    )
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

        var options = new OperatorOptions
        {
            Mirrors = mirrors,
            InsecureRegistries = [Registry.Host],
            ServerImage = $"{Registry.Host}/{DefaultServer}:latest",
            OperatorImage = EngineNode.OperatorImage,
        };
        var host = Keep(
            new OperatorHost(
                configure?.Invoke(options) ?? options,
                Configuration,
                NullLoggerFactory.Instance,
                TimeProvider.System,
                Prometheus.Metrics.NewCustomRegistry()
            )
        );
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
        _client?.Dispose();
        await Registry.DisposeAsync();
        await Cluster.DisposeAsync();
        _http.Dispose();
    }

    private async Task StartNodeAsync(
        TimeSpan step,
        Func<IPodRunner, IPodRunner> over,
        CancellationToken cancellationToken
    )
    {
        _client = new KubeClient(
            Configuration,
            new KubeTransportOptions { FieldManager = "quickstart" },
            TimeProvider.System,
            NullLoggerFactory.Instance
        );
        Runner = new SimulatedRunner(_http, TimeProvider.System, step);
        Server = RealServer.TorchLib is { } lib ? new ServerProcess(Runner, RealServer.Program, lib, _http) : null;
        var nodes = Keep(
            await ControlPlane.StartAsync(
                Cluster.Endpoint,
                Cluster.Token,
                new NodeOptions
                {
                    Gpus = [1],
                    Step = step,
                    Runner = over(new FaultyImages((IPodRunner?)Server ?? Runner, _http, TimeProvider.System, step)),
                    Registries = new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        [Registry.Host] = Registry.Host,
                    },
                },
                cancellationToken
            )
        );
        Cluster.Logs = nodes.Log;
    }

    private KubernetesClientConfiguration Configuration() =>
        new() { Host = Cluster.Endpoint.ToString(), AccessToken = Cluster.Token };
}
