using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Nodes;
using LocalCluster.Nodes.Client;
using LocalCluster.Nodes.Controllers;
using LocalCluster.Nodes.Kubelets;

namespace LocalCluster;

/// <summary>
/// Runs what a cluster has besides its API server: the Job and Deployment controllers, a scheduler, and nodes that run
/// pods. It speaks plain HTTP to any Kubernetes API, so that it also serves a real one that came without them.
/// </summary>
public sealed class ControlPlane : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http;
    private readonly bool _ownsHttp;
    private readonly Kubelet _kubelet;
    private readonly Mirror _mirror;
    private readonly TimeProvider _time;
    private readonly string _prefix;
    private readonly NodeOptions _options;
    private readonly NodeSwitch _answers;
    private readonly ConcurrentQueue<string> _revived = new();
    private Task _loop = Task.CompletedTask;
    private IReadOnlyList<Task> _watches = [];

    private ControlPlane(HttpClient http, bool ownsHttp, Uri endpoint, string? token, NodeOptions options)
    {
        (_http, _ownsHttp, _time, _prefix) = (http, ownsHttp, options.Time, options.NodePrefix + "-");
        _options = options;
        var client = new KubeClient(http, endpoint, token);
        _mirror = new Mirror(client, options.Time);
        Work = new Work(client, _mirror, options.Time);
        _answers = new NodeSwitch(options.Time);
        _kubelet = new Kubelet(Work, client, new ImagePuller(http, options), _answers, options);
        Client = client;
    }

    private Work Work { get; }

    private KubeClient Client { get; }

    /// <summary>Starts controllers and nodes.</summary>
    /// <param name="endpoint">The API server.</param>
    /// <param name="token">Bearer token of an administrator; null when the handler authenticates.</param>
    /// <param name="options">The nodes.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <param name="handler">Handler of requests, for TLS; null for the plain one.</param>
    public static async Task<ControlPlane> StartAsync(
        Uri endpoint,
        string? token,
        NodeOptions options,
        CancellationToken cancellationToken,
        HttpMessageHandler? handler = null
    )
    {
        var plane = new ControlPlane(
            new HttpClient(handler ?? new SocketsHttpHandler()) { Timeout = Timeout.InfiniteTimeSpan },
            true,
            endpoint,
            token,
            options
        );
        await plane.RegisterNodesAsync(options, cancellationToken);
        plane._watches = plane._mirror.Follow(
            [
                Kind.Node,
                Kind.Job,
                Kind.Deployment,
                Kind.ReplicaSet,
                Kind.Pod,
                Kind.Claim,
                Kind.Volume,
                Kind.StorageClass,
                Kind.Quota,
            ],
            options.Namespace,
            plane._stop.Token
        );
        plane._loop = Task.Run(() => plane.RunAsync(plane._stop.Token), CancellationToken.None);
        return plane;
    }

    /// <summary>Returns a container's log so far; null when it hasn't begun.</summary>
    public string? Log(string ns, string pod, string container) => _kubelet.Log(ns, pod, container);

    /// <summary>
    /// Lets a node answer no more: its containers run on, but nobody hears of them, and after
    /// <see cref="NodeOptions.NodeGrace"/> it is unreachable.
    /// </summary>
    public void Silence(string node)
    {
        _answers.Silence(node);
        _mirror.Poke();
    }

    /// <summary>Lets a silent node answer again: it is ready, and tells how its pods are.</summary>
    public void Revive(string node)
    {
        _revived.Enqueue(node);
        _answers.Revive(node);
        _mirror.Poke();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_watches.Append(_loop)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _kubelet.DisposeAsync();
        if (_ownsHttp)
        {
            _http.Dispose();
        }

        _stop.Dispose();
    }

    /// <summary>Lets everything look at everything after every change: small clusters, simple truth.</summary>
    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var jobs = new JobController(Work);
        var deployments = new DeploymentController(Work);
        var sets = new ReplicaSetController(Work);
        var volumes = new VolumeController(Work, _options);
        var scheduler = new Scheduler(Work, _prefix);
        var quotas = new QuotaController(Work, Client);
        var nodes = new NodeLifecycle(Work, _answers, _options);
        while (true)
        {
            await WaitAsync(cancellationToken);
            await TryAsync(nodes.PassAsync, cancellationToken);
            await TryAsync(quotas.PassAsync, cancellationToken);
            await TryAsync(jobs.PassAsync, cancellationToken);
            await TryAsync(deployments.PassAsync, cancellationToken);
            await TryAsync(sets.PassAsync, cancellationToken);
            await TryAsync(volumes.PassAsync, cancellationToken);
            await TryAsync(scheduler.PassAsync, cancellationToken);
            _kubelet.Pass();
            while (_revived.TryDequeue(out var node))
            {
                await TryAsync(c => _kubelet.TellAgainAsync(node, c), cancellationToken);
            }
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task> pass, CancellationToken cancellationToken)
    {
        try
        {
            await pass(cancellationToken);
        }
        catch (Exception e)
            when (e is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            // The API server was away, or something moved under our hands: look again.
            Work.LookAgainAt(_time.GetUtcNow().AddMilliseconds(50));
        }
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var wake = new CancellationTokenSource();
        if (Work.TakeNext() is { } next)
        {
            var wait = next - _time.GetUtcNow();
            _ = Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.FromMilliseconds(1), _time, wake.Token)
                .ContinueWith(
                    _ => _mirror.Poke(),
                    wake.Token,
                    TaskContinuationOptions.OnlyOnRanToCompletion,
                    TaskScheduler.Default
                );
        }

        await _mirror.NextAsync(cancellationToken);
        await wake.CancelAsync();
    }

    private async Task RegisterNodesAsync(NodeOptions options, CancellationToken cancellationToken)
    {
        for (var i = 0; i < options.Gpus.Count; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{options.NodePrefix}-{i}");
            var capacity = new JsonObject
            {
                ["cpu"] = "64",
                ["memory"] = "512Gi",
                ["ephemeral-storage"] = "1Ti",
                ["pods"] = "250",
            };
            if (options.Gpus[i] > 0)
            {
                capacity["nvidia.com/gpu"] = options.Gpus[i].ToString(CultureInfo.InvariantCulture);
            }

            var node = new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Node",
                ["metadata"] = new JsonObject
                {
                    ["name"] = name,
                    ["labels"] = new JsonObject
                    {
                        ["kubernetes.io/hostname"] = name,
                        ["kubernetes.io/os"] = "linux",
                        ["kubernetes.io/arch"] = "amd64",
                    },
                },
            };
            try
            {
                await Client.CreateAsync(Kind.Node.All, node, cancellationToken);
            }
            catch (HttpRequestException e) when (e.StatusCode == System.Net.HttpStatusCode.Conflict)
            {
                // From an earlier life.
            }

            // An API server taints new nodes as not ready; a node controller, of which this is one, takes that away.
            await Client.PatchAsync(
                $"{Kind.Node.All}/{name}",
                new JsonObject { ["spec"] = new JsonObject { ["taints"] = null } },
                cancellationToken
            );
            var status = Reachable(options.Kubelet);
            status["capacity"] = capacity.DeepClone();
            status["allocatable"] = capacity;
            status["conditions"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "Ready",
                    ["status"] = "True",
                    ["reason"] = "KubeletReady",
                    ["message"] = "simulated",
                    ["lastTransitionTime"] = _time.Text(),
                }
            );
            await Client.PatchAsync(
                $"{Kind.Node.All}/{name}/status",
                new JsonObject { ["status"] = status },
                cancellationToken
            );
        }
    }

    /// <summary>Returns what a status says of where a node's kubelet is.</summary>
    private static JsonObject Reachable(IPEndPoint? kubelet) =>
        kubelet is null
            ? []
            : new JsonObject
            {
                ["addresses"] = new JsonArray(
                    new JsonObject { ["type"] = "InternalIP", ["address"] = kubelet.Address.ToString() }
                ),
                ["daemonEndpoints"] = new JsonObject
                {
                    ["kubeletEndpoint"] = new JsonObject { ["Port"] = kubelet.Port },
                },
            };
}
