using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Egress;
using GemmaOperator.Hosting;
using GemmaOperator.Hub;
using GemmaOperator.Registry.Access;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Host;
using k8s;
using k8s.Models;
using LocalCluster;
using LocalCluster.Images;
using LocalCluster.Nodes;
using Operator.Tests.Api;
using Operator.Tests.Clusters;
using Prometheus;
using StandIns;

namespace Operator.Tests.Flow;

/// <summary>
/// A cluster with both CRDs, nodes, a registry that holds stand-ins for the upstream base and the server, and the
/// operator, which can be killed and started again.
/// </summary>
internal sealed partial class Stage : IAsyncDisposable
{
    public const string Base = "pytorch/pytorch:2.10.0-cuda12.8-cudnn9-runtime";

    private readonly HttpClient _http = new();
    private OperatorHost? _host;

    private Stage(TestCluster cluster, ImageRegistry registry, ControlPlane nodes, SimulatedRunner runner) =>
        (Cluster, Registry, Nodes, Runner) = (cluster, registry, nodes, runner);

    public TestCluster Cluster { get; }

    public ImageRegistry Registry { get; }

    public ControlPlane Nodes { get; }

    public SimulatedRunner Runner { get; }

    /// <summary>Puts images into the registry.</summary>
    public StandInImages StandIns => new(Seeder);

    /// <summary>Pushes images as any client does.</summary>
    public ImageSeeder Seeder => new(_http, Registry.Host);

    /// <summary>What candidates report of themselves.</summary>
    public required SimulatedCheck Check { get; init; }

    /// <summary>Answers an API server that asks for logs; null where none does.</summary>
    private KubeletEndpoint? Kubelet { get; init; }

    public string Repository => $"{Registry.Host}/team/gemma-base";

    public IKubeApi Api => Cluster.Api;

    public static async Task<Stage> StartAsync(
        ImageRegistryOptions? registryOptions = null,
        bool startOperator = true,
        IReadOnlyList<int>? gpus = null,
        Func<NodeOptions, NodeOptions>? nodeOptions = null,
        IReadOnlyList<HostAndPort>? trusted = null
    )
    {
        var cluster = await TestCluster.StartAsync();
        if (await cluster.HasNodesOfItsOwnAsync())
        {
            await cluster.DisposeAsync();
            Assert.Ignore("this cluster runs pods itself, and the test simulates what runs them");
        }

        foreach (var crd in CrdFile.All)
        {
            await cluster.InstallAsync(
                KubernetesJson.Deserialize<V1CustomResourceDefinition>(crd.Document.ToJsonString())
            );
        }

        var registry = await ImageRegistry.StartAsync(
            registryOptions ?? new ImageRegistryOptions(),
            CancellationToken.None
        );
        var http = new HttpClient();
        var check = new SimulatedCheck("2.10.0", "12.8");
        var runner = new SimulatedRunner(http, TimeProvider.System, TimeSpan.FromMilliseconds(5))
        {
            Ending = check.Answer,
        };
        var configuration = cluster.Configuration();
        var kubelet = TestCluster.AsksKubelets ? await KubeletEndpoint.StartAsync() : null;
        var nodes = await ControlPlane.StartAsync(
            new Uri(configuration.Host),
            configuration.AccessToken,
            (nodeOptions ?? (given => given))(
                new NodeOptions
                {
                    Runner = runner,
                    Namespace = cluster.Namespace,
                    NodePrefix = cluster.Namespace,
                    Gpus = gpus ?? [1],
                    Step = TimeSpan.FromMilliseconds(5),
                    Kubelet = kubelet?.Address,
                    Registries = new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        [registry.Host] = registry.Host,
                    },
                }
            ),
            CancellationToken.None,
            Tls.HandlerFor(configuration)
        );
        if (cluster.Local is { } local)
        {
            local.Logs = nodes.Log;
        }

        kubelet?.Logs = nodes.Log;
        var stage = new Stage(cluster, registry, nodes, runner)
        {
            Check = check,
            Trusted = trusted ?? [],
            Kubelet = kubelet,
        };
        var images = new StandInImages(new ImageSeeder(http, registry.Host));
        if (registryOptions?.Fault is null && registryOptions?.Credentials is null)
        {
            await images.BaseAsync("hub/pytorch/pytorch", "2.10.0-cuda12.8-cudnn9-runtime", CancellationToken.None);
            await images.ServerAsync("team/server", "1", CancellationToken.None);
            await images.ServerAsync("team/server", "2", CancellationToken.None);
        }

        if (startOperator)
        {
            await stage.StartOperatorAsync();
        }

        return stage;
    }

    /// <summary>The operator's cap, from its next start.</summary>
    public int MaxBuilds { get; set; } = 10;

    /// <summary>Other registries that are spoken to over plain HTTP, from the operator's next start.</summary>
    public IReadOnlyList<string> OtherRegistries { get; set; } = [];

    /// <summary>Hosts that the operator may ask on this machine, beside its registries.</summary>
    public IReadOnlyList<HostAndPort> Trusted { get; set; } = [];

    /// <summary>The hub of specs that name none, from the operator's next start.</summary>
    public HubEndpoint Hub { get; set; } = HubEndpoint.Default;

    /// <summary>The operator's clock.</summary>
    public ShiftedTime Time { get; } = new();

    /// <summary>Another clock for the operator, from its next start; null for <see cref="Time"/>.</summary>
    public TimeProvider? Clock { get; set; }

    /// <summary>The namespaces that the operator looks after, from its next start; null: this one.</summary>
    public IReadOnlyList<string>? Namespaces { get; set; }

    /// <summary>As whom it writes, from its next start; null: as itself.</summary>
    public string? ImpersonatedAccount { get; set; }

    /// <summary>Whether the operator looks after all namespaces, from its next start.</summary>
    public bool LooksEverywhere { get; set; }

    /// <summary>
    /// Where requests for docker.io go, from the operator's next start; null for the stage's registry.
    /// </summary>
    public string? Mirror { get; set; }

    /// <summary>What the operator is told of its own image, from its next start.</summary>
    public string OperatorImage { get; set; } = "registry.example/gemma-operator:1.0.0";

    /// <summary>File of the operator's defaults, from its next start; null: it has none.</summary>
    public string? DefaultsFile { get; set; }

    public HostHealth Health => _host!.Health;

    public OperatorOptions Options =>
        new()
        {
            DefaultsFile = DefaultsFile,
            LeaseNamespace = Cluster.Namespace,
            Namespaces = Namespaces ?? (LooksEverywhere ? [] : [Cluster.Namespace]),
            ImpersonatedAccount = ImpersonatedAccount,
            Mirrors = RegistryMirrors.TryParse(
                [$"docker.io={Mirror ?? Registry.Host}/hub"],
                out var mirrors,
                out var error
            )
                ? mirrors
                : throw new FormatException(error),
            InsecureRegistries = [Registry.Host, .. OtherRegistries],
            TrustedHosts = Trusted,
            MaxBuilds = MaxBuilds,
            Hub = Hub,
            OperatorImage = OperatorImage,
        };

    public async Task StartOperatorAsync(Func<KubernetesClientConfiguration>? configuration = null)
    {
        _host = new OperatorHost(
            Options,
            configuration ?? Cluster.Configuration,
            TestLog.Factory(),
            Clock ?? Time,
            Prometheus.Metrics.NewCustomRegistry()
        );
        await _host.StartAsync(CancellationToken.None);
        await _host.Working.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public async Task StopOperatorAsync()
    {
        if (_host is { } running)
        {
            _host = null;
            await running.DisposeAsync();
        }
    }

    /// <summary>Waits until this life of the operator has reconciled both kinds at least once.</summary>
    public Task SettledAsync() =>
        Eventually.ThatAsync(
            async () =>
            {
                var lines = (await ScrapeAsync()).Split('\n');
                return new[] { "gemmabaseimage", "gemmabuild" }.All(kind =>
                    lines.Any(l =>
                        l.StartsWith("controller_runtime_reconcile_total{", StringComparison.Ordinal)
                        && l.Contains($"\"{kind}\"", StringComparison.Ordinal)
                        && !l.EndsWith(" 0", StringComparison.Ordinal)
                    )
                );
            },
            "both kinds were reconciled"
        );

    /// <summary>Counts the reconciles of a kind in this life of the operator.</summary>
    public async Task<double> ReconcilesAsync(string kind) =>
        (await ScrapeAsync())
            .Split('\n')
            .Where(l =>
                l.StartsWith("controller_runtime_reconcile_total{", StringComparison.Ordinal)
                && l.Contains($"\"{kind}\"", StringComparison.Ordinal)
            )
            .Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>What /metrics answers.</summary>
    public async Task<string> ScrapeAsync()
    {
        using var text = new MemoryStream();
        await (_host?.WriteMetricsAsync(text, CancellationToken.None) ?? Task.CompletedTask);
        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }

    public Task UntilScrapedAsync(string line) =>
        Eventually.ThatAsync(
            async () => (await ScrapeAsync()).Contains(line + "\n", StringComparison.Ordinal),
            $"the metrics have {line}"
        );

    public async ValueTask DisposeAsync()
    {
        await StopOperatorAsync();
        await Nodes.DisposeAsync();
        await (Kubelet?.DisposeAsync() ?? ValueTask.CompletedTask);
        await Registry.DisposeAsync();
        _http.Dispose();
        await Cluster.DisposeAsync();
    }
}
