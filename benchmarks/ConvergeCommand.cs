using System.Diagnostics;
using System.Text.Json.Nodes;
using GemmaOperator.Api;
using GemmaOperator.Runtime;
using k8s;
using k8s.Models;

namespace Benchmarks;

/// <summary>
/// Converges N new objects, restarts, changes some at a fixed rate, then idles. Prints one line of JSON. The load is made
/// in the same process, so CPU and memory include it.
/// </summary>
internal sealed class ConvergeCommand(ConvergeOptions options, Func<KubernetesClientConfiguration> configuration)
{
    private const int Parallel = 16;

    private readonly string _namespace = $"bench-{Guid.NewGuid():N}"[..14];

    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        var options = ConvergeOptions.Parse(args);
        await using var cluster = options.Kubeconfig is null ? await ClusterProcess.StartAsync(CancellationToken.None) : null;
        var kubeconfig = options.Kubeconfig ?? cluster!.Kubeconfig;
        var command = new ConvergeCommand(
            options, () => KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
        Console.WriteLine((await command.MeasureAsync()).ToJsonString());
        return 0;
    }

    private async Task<JsonObject> MeasureAsync()
    {
        var report = new JsonObject { ["objects"] = options.Objects, ["server"] = options.Kubeconfig is null ? "LocalCluster" : "kubeconfig" };
        await using (var first = new Operator(configuration, _namespace))
        {
            await PrepareAsync(first.Host.Api);
            await first.Host.StartAsync(CancellationToken.None);
            await first.Host.Working;
            var cpu = Cpu();
            var watch = Stopwatch.StartNew();
            await CreateAsync(first.Host.Api);
            await UntilAsync(() => first.Controller.Done.Count >= options.Objects);
            report["secondsToConverge"] = Round(watch.Elapsed.TotalSeconds);
            report["cpuSecondsToConverge"] = Round((Cpu() - cpu).TotalSeconds);
            var calls = await first.CallsAsync();
            report["callsPerObject"] = new JsonObject(calls
                .Where(c => c.Key is not ("list" or "watch"))
                .Select(c => KeyValuePair.Create<string, JsonNode?>(c.Key, Round((double)c.Value / options.Objects))));
        }

        await using var second = new Operator(configuration, _namespace);
        var restart = Stopwatch.StartNew();
        await second.Host.StartAsync(CancellationToken.None);
        await UntilAsync(() => second.Controller.Reconciles >= options.Objects);
        report["secondsToResyncAfterRestart"] = Round(restart.Elapsed.TotalSeconds);
        report["writesAfterRestart"] = second.Controller.Writes;

        var before = await second.CallsAsync();
        var latencies = await ChangeAsync(second);
        var after = await second.CallsAsync();
        report["changesPerSecond"] = options.PerSecond;
        report["p50Ms"] = Percentile(latencies, 0.50);
        report["p95Ms"] = Percentile(latencies, 0.95);
        report["p99Ms"] = Percentile(latencies, 0.99);
        report["appliesPerChange"] = Round((double)(after["patch"] - before.GetValueOrDefault("patch")) / options.Changes - 1);
        report["getsPerChange"] = Round((double)(after.GetValueOrDefault("get") - before.GetValueOrDefault("get")) / options.Changes);

        var idle = Cpu();
        var idling = Stopwatch.StartNew();
        await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System);
        report["idleCpuPercentOfACore"] = Round(100 * (Cpu() - idle) / idling.Elapsed);
        report["cpuSeconds"] = Round(Cpu().TotalSeconds);
        report["peakRssMiB"] = Round(PeakRss() / 1024.0 / 1024.0);
        return report;
    }

    private async Task PrepareAsync(IKubeApi api)
    {
        var file = await File.ReadAllTextAsync(
            Path.Combine(RepositoryRoot(), "crds", "gemmaoperator.io_gemmabaseimages.yaml"), CancellationToken.None);
        var definition = KubernetesYaml.Deserialize<V1CustomResourceDefinition>(file);
        await api.ApplyAsync(definition, CancellationToken.None);
        await UntilAsync(async () =>
            (await api.GetAsync<V1CustomResourceDefinition>(ns: null, definition.Metadata.Name, CancellationToken.None))
                ?.Status?.Conditions?.Any(c => c is { Type: "Established", Status: "True" }) == true);
        await api.CreateAsync(
            new V1Namespace { Metadata = new V1ObjectMeta { Name = _namespace } }, CancellationToken.None);
    }

    private Task CreateAsync(IKubeApi api) => System.Threading.Tasks.Parallel.ForEachAsync(
        Enumerable.Range(0, options.Objects),
        new ParallelOptions { MaxDegreeOfParallelism = Parallel },
        async (i, cancellationToken) => await api.CreateAsync(Image(i, value: 0), cancellationToken));

    /// <summary>Milliseconds from sending a change to the answer to the status that follows it.</summary>
    private async Task<double[]> ChangeAsync(Operator running)
    {
        var sent = new long[options.Changes];
        var writes = new List<Task>(options.Changes);
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < options.Changes; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / options.PerSecond);
            if (due > clock.Elapsed)
            {
                await Task.Delay(due - clock.Elapsed, TimeProvider.System);
            }

            sent[i] = Stopwatch.GetTimestamp();
            writes.Add(running.Host.Api.ApplyAsync(Image(i % options.Objects, Value(i)), CancellationToken.None));
        }

        await Task.WhenAll(writes);
        await UntilAsync(() => Enumerable.Range(Math.Max(0, options.Changes - options.Objects), Math.Min(options.Changes, options.Objects))
            .All(i => running.Controller.Done.ContainsKey(KeyOf(i))));
        return
        [
            .. Enumerable.Range(0, options.Changes)
                .Where(i => running.Controller.Done.ContainsKey(KeyOf(i)))
                .Select(i => Stopwatch.GetElapsedTime(sent[i], running.Controller.Done[KeyOf(i)]).TotalMilliseconds)
                .Order(),
        ];

        int Value(int i) => 1 + (i / options.Objects);

        (string Name, int Value) KeyOf(int i) => ($"image-{i % options.Objects}", Value(i));
    }

    private GemmaBaseImage Image(int i, int value) => new()
    {
        Metadata = new V1ObjectMeta { NamespaceProperty = _namespace, Name = $"image-{i}" },
        Spec = new GemmaBaseImageSpec
        {
            JitterSeconds = value,
            Base = new BaseSpec { Pytorch = "2.10.0", Cuda = "12.8", Cudnn = "9" },
            Output = new OutputSpec { Repository = $"registry.example.com/team/image-{i}" },
        },
    };

    private static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var patience = Stopwatch.StartNew();
        while (!await condition())
        {
            if (patience.Elapsed > TimeSpan.FromMinutes(5))
            {
                throw new TimeoutException("Not within five minutes.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }
    }

    private static double Percentile(double[] sorted, double share) =>
        Round(sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))]);

    private static double Round(double value) => Math.Round(value, 2);

    private static TimeSpan Cpu() => Process.GetCurrentProcess().TotalProcessorTime;

    private static long PeakRss() => Process.GetCurrentProcess().PeakWorkingSet64;

    private static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "GemmaOperator.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("Run it from within the repository.");
    }
}
