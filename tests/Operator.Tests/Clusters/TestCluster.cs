using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using LocalCluster;
using Microsoft.Extensions.Logging.Abstractions;

namespace Operator.Tests.Clusters;

/// <summary>
/// Provides an API server to test against, with a namespace of the test's own. Which one is the environment's choice:
/// <c>GEMMA_TEST_KUBECONFIG</c> (a file) an existing cluster, <c>KUBEBUILDER_ASSETS</c> (a folder with <c>etcd</c> and
/// <c>kube-apiserver</c>, and <c>kube-controller-manager</c> if there is one) a real API server, otherwise
/// LocalCluster.
/// </summary>
internal sealed class TestCluster : IAsyncDisposable
{
    /// <summary>Simulated nodes are named after their test's namespace.</summary>
    private const string NamespacePrefix = "t-";

    private readonly IAsyncDisposable _server;
    private readonly KubeConnection _connection;

    private TestCluster(IAsyncDisposable server, Func<KubernetesClientConfiguration> configuration, string ns)
    {
        (_server, Configuration, Namespace) = (server, configuration, ns);
        _connection = new KubeConnection(configuration, TimeProvider.System);
        var options = new KubeTransportOptions { FieldManager = "test", KeptManagers = ["scale"] };
        var transport = new KubeTransport(
            _connection,
            options,
            observer: null,
            TimeProvider.System,
            NullLogger<KubeTransport>.Instance
        );
        Api = new KubeApi(transport, options, fence: null, log: null, TimeProvider.System);
    }

    private static string? Kubeconfig =>
        Environment.GetEnvironmentVariable("GEMMA_TEST_KUBECONFIG") is { Length: > 0 } file ? file : null;

    /// <summary>Gets whether the API server is on this machine, and asks kubelets for logs.</summary>
    public static bool AsksKubelets => IsKubebuilders;

    private static bool IsKubebuilders => Kubeconfig is null && KubebuilderServer.Assets is not null;

    /// <summary>Gets the cluster in this process; null when the environment chose another.</summary>
    public ApiServer? Local => _server as ApiServer;

    /// <summary>Gets how clients with full rights connect.</summary>
    public Func<KubernetesClientConfiguration> Configuration { get; }

    /// <summary>Gets a namespace that exists, and is this test's alone.</summary>
    public string Namespace { get; }

    /// <summary>Gets the test's own hands: another field manager, no fence.</summary>
    public IKubeApi Api { get; }

    public static async Task<TestCluster> StartAsync()
    {
        var (server, configuration) = await PickAsync();
        var cluster = new TestCluster(server, configuration, $"{NamespacePrefix}{Guid.NewGuid():N}"[..14]);
        await cluster.Api.CreateAsync(
            new V1Namespace { Metadata = new V1ObjectMeta { Name = cluster.Namespace } },
            CancellationToken.None
        );
        return cluster;
    }

    /// <summary>Leaves a test out where the API server can't ask simulated nodes for logs.</summary>
    public static void NeedsLogsOfNodes()
    {
        if (Kubeconfig is not null)
        {
            Assert.Ignore("this API server can't ask simulated nodes for logs");
        }
    }

    /// <summary>Leaves a test out where a garbage collector can't be held up.</summary>
    public static void NeedsGarbage()
    {
        if (Kubeconfig is not null || (IsKubebuilders && KubebuilderServer.CollectsGarbage))
        {
            Assert.Ignore("this cluster's garbage collector waits for nobody");
        }
    }

    /// <summary>Leaves a test out where nobody clears away what a deleted object owned.</summary>
    public static void NeedsGarbageCollector()
    {
        if (IsKubebuilders && !KubebuilderServer.CollectsGarbage)
        {
            Assert.Ignore(
                "an API server alone collects no garbage: put kube-controller-manager beside it in KUBEBUILDER_ASSETS"
            );
        }
    }

    /// <summary>
    /// Says whether it has nodes that no test has registered: then controllers and kubelets are at work too.
    /// </summary>
    public async Task<bool> HasNodesOfItsOwnAsync() =>
        (await Api.ListAsync<V1Node>(new ListQuery(), CancellationToken.None)).Items.Any(n =>
            !n.Metadata.Name.StartsWith(NamespacePrefix, StringComparison.Ordinal)
        );

    /// <summary>Installs a CRD and waits until its kind is served.</summary>
    public async Task InstallAsync(V1CustomResourceDefinition definition)
    {
        var name = definition.Metadata.Name;
        await Api.ApplyAsync(definition, CancellationToken.None);
        await Eventually.ThatAsync(
            async () =>
                (
                    await Api.GetAsync<V1CustomResourceDefinition>(ns: null, name, CancellationToken.None)
                )?.Status?.Conditions?.Any(c => c is { Type: "Established", Status: "True" }) == true,
            $"{name} is established"
        );
    }

    /// <summary>Removes a CRD that an earlier run may have left in this cluster.</summary>
    public async Task UninstallAsync(V1CustomResourceDefinition definition)
    {
        var name = definition.Metadata.Name;
        await Api.DeleteAsync<V1CustomResourceDefinition>(ns: null, name, preconditions: null, CancellationToken.None);
        await Eventually.ThatAsync(
            async () => await Api.GetAsync<V1CustomResourceDefinition>(ns: null, name, CancellationToken.None) is null,
            $"{name} is gone"
        );
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Api.DeleteAsync<V1Namespace>(ns: null, Namespace, preconditions: null, CancellationToken.None);
        }
        catch (KubeApiException)
        {
            // The server goes away with the test, or the namespace stays behind in a cluster that isn't ours to judge.
        }

        _connection.Dispose();
        await _server.DisposeAsync();
    }

    private static async Task<(IAsyncDisposable Server, Func<KubernetesClientConfiguration> Configuration)> PickAsync()
    {
        if (Kubeconfig is { } kubeconfig)
        {
            return (await Turn.WaitAsync(), () => KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
        }

        if (KubebuilderServer.Assets is { } assets)
        {
            var turn = await Turn.WaitAsync();
            try
            {
                var real = await KubebuilderServer.SharedAsync(assets);
                return (turn, real.Configuration);
            }
            catch
            {
                await turn.DisposeAsync();
                throw;
            }
        }

        var local = await ApiServer.StartAsync(new ApiServerOptions(), CancellationToken.None);
        return (
            local,
            () => new KubernetesClientConfiguration { Host = local.Endpoint.ToString(), AccessToken = local.Token }
        );
    }

    /// <summary>
    /// Lets one test at a time at a cluster that all share: definitions and nodes are not in a namespace. A test that
    /// starts a second cluster has its turn already.
    /// </summary>
    private sealed class Turn : IAsyncDisposable
    {
        private static readonly SemaphoreSlim One = new(1);
        private static string? _holder;

        private bool _isMine;

        public static async Task<Turn> WaitAsync()
        {
            var test = TestContext.CurrentContext.Test.ID;
            if (Volatile.Read(ref _holder) == test)
            {
                return new Turn();
            }

            await One.WaitAsync();
            Volatile.Write(ref _holder, test);
            return new Turn { _isMine = true };
        }

        public ValueTask DisposeAsync()
        {
            if (_isMine)
            {
                _isMine = false;
                Volatile.Write(ref _holder, null);
                One.Release();
            }

            return ValueTask.CompletedTask;
        }
    }
}
