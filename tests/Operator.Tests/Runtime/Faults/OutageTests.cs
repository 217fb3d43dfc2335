using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Host;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Operator.Tests.Clusters;
using Operator.Tests.Runtime.Gadgets;
using Prometheus;

namespace Operator.Tests.Runtime.Faults;

/// <summary>API servers that are away, not there yet, or not what we speak to.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class OutageTests
{
    [Test]
    public async Task After_90_seconds_without_a_server_everything_is_caught_up_with()
    {
        var time = new FakeTimeProvider();
        await using var bench = await Bench.StartAsync(time: time, gadgets: 10);
        bench.Proxy.Plan = _ => Fault.Refused;
        bench.Proxy.CutAll();
        for (var second = 0; second < 90; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await bench.DeleteAsync("g0");
        await bench.ResizeAsync("g1", 100);
        await bench.CreateAsync(10, 5);
        await Eventually.That(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return !bench.Host.Health.IsReady;
            },
            "an outage that long shows in readiness"
        );

        bench.Proxy.Plan = _ => Fault.None;
        var from = time.GetTimestamp();
        await Eventually.That(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                return bench.Host.Health.IsReady && bench.Cache.List().Count(g => g.IsSettled) == 14;
            },
            "all is caught up with"
        );
        TestContext.Out.WriteLine(
            $"recovery: outage of 90 s: {time.GetElapsedTime(from).TotalSeconds:0.0} s (backoff is at most 30 s)"
        );
        await bench.SettledAsync(14);
        await Eventually.That(() => !bench.Controller.Deleted.IsEmpty, "the delete is told");
        Assert.That(bench.Controller.Deleted, Is.EqualTo(["g0"]));
        Assert.That(bench.Controller.ChildWrites.Count(n => n != "g0"), Is.EqualTo(9 + 1 + 5));
        Assert.That(time.GetElapsedTime(from), Is.LessThan(TimeSpan.FromSeconds(45)));
    }

    [Test]
    public async Task A_kind_without_its_CRD_is_named_in_readiness_and_works_once_it_is_installed()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.UninstallAsync(GadgetDefinition.Make("Latecomer"));
        await using var host = Host(cluster.Configuration, cluster.Namespace);
        var cache = host.Cache<Latecomer>();
        await host.StartAsync(CancellationToken.None);
        await Eventually.That(
            () => host.Health.Problems.Any(p => p.Contains("is its CRD installed")),
            "readiness names the missing CRD"
        );
        Assert.That(host.Health.IsReady, Is.False);

        await cluster.InstallAsync(GadgetDefinition.Make("Latecomer"));
        await Eventually.That(() => host.Health.IsReady && cache.HasSynced, "it is ready");
    }

    [Test]
    public async Task A_server_of_another_major_version_is_named_and_not_spoken_to()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var proxy = await FaultProxy.StartAsync(cluster.Configuration);
        proxy.Plan = request =>
            request.Path == "/version"
                ? new Fault { Body = """{"major":"2","minor":"0","gitVersion":"v2.0.0"}""" }
                : Fault.None;
        await using var host = Host(proxy.Configuration, cluster.Namespace);
        host.Cache<V1ConfigMap>();
        await host.StartAsync(CancellationToken.None);
        await Eventually.That(() => host.Health.Problems.Any(p => p.Contains("v2.0.0")), "readiness names the version");
        Assert.That(proxy.Requests, Is.All.EqualTo("GET version"));
    }

    [Test]
    public async Task A_server_that_is_not_there_yet_is_waited_for()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var proxy = await FaultProxy.StartAsync(cluster.Configuration);
        proxy.Plan = _ => Fault.Refused;
        await using var host = Host(proxy.Configuration, cluster.Namespace);
        host.Cache<V1ConfigMap>();
        await host.StartAsync(CancellationToken.None);
        await Eventually.That(() => host.Health.Problems.Any(p => p.Contains("can't be reached")), "readiness says so");
        Assert.That(host.Health.IsLive, "waiting is progress");
        proxy.Plan = _ => Fault.None;
        await Eventually.That(() => host.Health.IsReady, "it is ready");
    }

    [Test]
    public async Task A_server_that_takes_connections_and_never_answers_is_named_and_waited_for()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var proxy = await FaultProxy.StartAsync(cluster.Configuration);
        proxy.Plan = _ => new Fault { Delay = TimeSpan.FromMinutes(10) };
        await using var host = new ControllerHost(
            new ControllerHostOptions
            {
                Configuration = proxy.Configuration,
                Namespaces = [cluster.Namespace],
                ReportingController = "gadgets.test/operator",
                Transport = new KubeTransportOptions
                {
                    FieldManager = "test",
                    Timeout = TimeSpan.FromMilliseconds(300),
                },
            },
            NullLoggerFactory.Instance,
            TimeProvider.System,
            Prometheus.Metrics.NewCustomRegistry()
        );
        host.Cache<V1ConfigMap>();
        await host.StartAsync(CancellationToken.None);
        await Eventually.That(
            () => host.Health.Problems.Any(p => p.Contains("no complete answer within 0.3 s")),
            "readiness says so"
        );
        Assert.That(host.Health.IsLive, "waiting is progress");
        proxy.Plan = _ => Fault.None;
        await Eventually.That(() => host.Health.IsReady, "it is ready");
    }

    [Test]
    public async Task A_configuration_that_breaks_while_the_token_changes_stops_no_mirror()
    {
        var (accepted, isBroken) = ("old", false);
        await using var cluster = await TestCluster.StartAsync();
        await using var proxy = await FaultProxy.StartAsync(cluster.Configuration);
        proxy.Plan = request =>
            request.Headers.Authorization == $"Bearer {accepted}"
                ? Fault.None
                : new Fault { Status = System.Net.HttpStatusCode.Unauthorized };
        await using var host = Host(
            () =>
                isBroken
                    ? throw new k8s.Exceptions.KubeConfigException("half a file")
                    : new KubernetesClientConfiguration { Host = proxy.Endpoint, AccessToken = accepted },
            cluster.Namespace
        );
        var cache = host.Cache<V1ConfigMap>();
        await host.StartAsync(CancellationToken.None);
        await Eventually.That(() => host.Health.IsReady, "it is ready");

        var before = proxy.Requests.Count;
        (accepted, isBroken) = ("new", true);
        proxy.CutAll();
        await Eventually.That(() => proxy.Requests.Count > before + 3, "it goes on trying with what it has");
        isBroken = false;
        await cluster.Api.CreateAsync(
            new V1ConfigMap
            {
                Metadata = new V1ObjectMeta { NamespaceProperty = cluster.Namespace, Name = "late" },
            },
            CancellationToken.None
        );
        await Eventually.That(
            () => cache.Get(cluster.Namespace, "late") is not null,
            "what happened meanwhile has come"
        );
    }

    private static ControllerHost Host(Func<KubernetesClientConfiguration> configuration, string ns) =>
        new(
            new ControllerHostOptions
            {
                Configuration = configuration,
                Namespaces = [ns],
                ReportingController = "gadgets.test/operator",
                Transport = new KubeTransportOptions { FieldManager = "test" },
            },
            NullLoggerFactory.Instance,
            TimeProvider.System,
            Prometheus.Metrics.NewCustomRegistry()
        );
}
