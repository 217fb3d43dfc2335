using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Benchmarks.Harness;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Control;
using GemmaOperator.Runtime.Host;
using k8s;
using Microsoft.Extensions.Logging.Abstractions;

namespace Benchmarks.Fleet;

/// <summary>
/// Runs all but the operator, in a process of its own: the cluster, what stands in for its controllers, and the users
/// who change things and watch. Obeys one command a line on its standard input, and answers each with a line.
/// </summary>
internal sealed class FleetWorld : IAsyncDisposable
{
    private const int Parallel = 16;

    private readonly string _ns;
    private readonly ControllerHost _host;
    private readonly StatusWatch _watch = new();
    private readonly SettledImages _images;
    private int _values;

    private FleetWorld(string kubeconfig, string ns)
    {
        _ns = ns;
        _host = new ControllerHost(
            new ControllerHostOptions
            {
                Configuration = () => KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig),
                Namespaces = [ns],
                Controllers = new ControllerOptions { Workers = Parallel },
                ReportingController = SettledImages.Manager,
                Transport = new KubeTransportOptions { FieldManager = SettledImages.Manager },
            },
            NullLoggerFactory.Instance,
            TimeProvider.System,
            Prometheus.Metrics.NewCustomRegistry()
        );
        _host.For(new DeploymentStandIn(_host.Api));
        _host.For(_watch);
        _images = new SettledImages(_host.Api, ns);
    }

    /// <summary>Serves until its input ends.</summary>
    public static async Task<int> ServeAsync(string ns)
    {
        await using var cluster = await ClusterProcess.StartAsync();
        await using var world = new FleetWorld(cluster.Kubeconfig, ns);
        await Measuring.PrepareAsync(world._host.Api, ns);
        await world._host.StartAsync(CancellationToken.None);
        await world._host.Working;
        Console.WriteLine(cluster.Kubeconfig);
        while (await Console.In.ReadLineAsync(CancellationToken.None) is { } line)
        {
            Console.WriteLine(await world.ObeyAsync(line.Split(' ')));
        }

        return 0;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task<string> ObeyAsync(string[] command)
    {
        switch (command)
        {
            case ["create", var count]:
                await System.Threading.Tasks.Parallel.ForEachAsync(
                    Enumerable.Range(0, Number(count)),
                    new ParallelOptions { MaxDegreeOfParallelism = Parallel },
                    async (i, stop) => await _images.CreateAsync(i, stop)
                );
                return "done";
            case ["await-ready", var count, var generation]:
                await Measuring.UntilAsync(() =>
                    Enumerable
                        .Range(0, Number(count))
                        .All(i => _watch.ReadyAt.GetValueOrDefault(SettledImages.NameOf(i)) >= Number(generation))
                );
                return "done";
            case ["change", var count, var perSecond]:
                return JsonSerializer.Serialize(await ChangeAsync(Number(count), Number(perSecond)));
            default:
                throw new ArgumentException($"Unknown command {string.Join(' ', command)}.");
        }
    }

    /// <summary>
    /// Changes that many images once each; milliseconds from sending each change to seeing the first status about it.
    /// </summary>
    private async Task<double[]> ChangeAsync(int count, int perSecond)
    {
        var value = ++_values;
        var (sent, writes) = (new long[count], new List<Task<GemmaBaseImage>>(count));
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / perSecond);
            if (due > clock.Elapsed)
            {
                await Task.Delay(due - clock.Elapsed, TimeProvider.System);
            }

            sent[i] = Stopwatch.GetTimestamp();
            writes.Add(_host.Api.ApplyAsync(_images.Manifest(i, value), CancellationToken.None));
        }

        var changed = await Task.WhenAll(writes);
        await Measuring.UntilAsync(() => changed.All(c => _watch.Seen.ContainsKey(KeyOf(c))));
        return
        [
            .. changed.Select((c, i) => Stopwatch.GetElapsedTime(sent[i], _watch.Seen[KeyOf(c)]).TotalMilliseconds),
        ];

        static (string, long) KeyOf(GemmaBaseImage image) => (image.Metadata.Name, image.Metadata.Generation!.Value);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
