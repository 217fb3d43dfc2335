using System.Diagnostics;
using System.Text.Json.Nodes;
using Benchmarks.Fleet;
using Benchmarks.Harness;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace Benchmarks;

/// <summary>
/// Converges N new objects, restarts, changes some at a fixed rate, then idles. Prints one line of JSON. The load is
/// made in the same process, so CPU and memory include it.
/// </summary>
internal sealed class ConvergeCommand(ConvergeOptions options, Func<KubernetesClientConfiguration> configuration)
{
    private const int Parallel = 16;

    private readonly string _namespace = $"bench-{Guid.NewGuid():N}"[..14];

    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        ConvergeOptions options;
        try
        {
            options = ConvergeOptions.Parse(args);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            await Console.Error.WriteLineAsync($"benchmarks converge: {e.Message} (--help lists the options)");
            return 2;
        }

        if (options is { Product: true, Kubeconfig: not null })
        {
            await Console.Error.WriteLineAsync(
                "benchmarks: --product brings its own cluster and takes no --kubeconfig"
            );
            return 2;
        }

        if (options.Product)
        {
            Console.WriteLine((await new FleetCommand(options).MeasureAsync()).ToJsonString());
            return 0;
        }

        await using var cluster = options.Kubeconfig is null ? await ClusterProcess.StartAsync() : null;
        var kubeconfig = options.Kubeconfig ?? cluster!.Kubeconfig;
        var command = new ConvergeCommand(
            options,
            () => KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig)
        );
        Console.WriteLine((await command.MeasureAsync()).ToJsonString());
        return 0;
    }

    private async Task<JsonObject> MeasureAsync()
    {
        var report = new JsonObject
        {
            ["objects"] = options.Objects,
            ["server"] = options.Kubeconfig is null ? "LocalCluster" : "kubeconfig",
        };
        await using (var first = new Operator(configuration, _namespace))
        {
            await Measuring.PrepareAsync(first.Host.Api, _namespace);
            await first.Host.StartAsync(CancellationToken.None);
            await first.Host.Working;
            var cpu = Measuring.Cpu();
            var watch = Stopwatch.StartNew();
            await CreateAsync(first.Host.Api);
            await Measuring.UntilAsync(() => first.Controller.Done.Count >= options.Objects);
            report["secondsToConverge"] = Measuring.Round(watch.Elapsed.TotalSeconds);
            report["cpuSecondsToConverge"] = Measuring.Round((Measuring.Cpu() - cpu).TotalSeconds);
            report["callsPerObject"] = (await first.CallsAsync()).Per(before: null, options.Objects);
        }

        await using var second = new Operator(configuration, _namespace);
        var restart = Stopwatch.StartNew();
        await second.Host.StartAsync(CancellationToken.None);
        await Measuring.UntilAsync(() => second.Controller.Reconciles >= options.Objects);
        report["secondsToResyncAfterRestart"] = Measuring.Round(restart.Elapsed.TotalSeconds);
        report["writesAfterRestart"] = second.Controller.Writes;

        var before = await second.CallsAsync();
        var latencies = await ChangeAsync(second);
        var after = await second.CallsAsync();
        report["changesPerSecond"] = options.PerSecond;
        report["p50Ms"] = Measuring.Percentile(latencies, 0.50);
        report["p95Ms"] = Measuring.Percentile(latencies, 0.95);
        report["p99Ms"] = Measuring.Percentile(latencies, 0.99);
        report["appliesPerChange"] = Measuring.Round(
            (double)(after["patch"] - before.GetValueOrDefault("patch")) / options.Changes - 1
        );
        report["getsPerChange"] = Measuring.Round(
            (double)(after.GetValueOrDefault("get") - before.GetValueOrDefault("get")) / options.Changes
        );

        report["idleCpuPercentOfACore"] = await Measuring.IdlePercentAsync();
        report["cpuSeconds"] = Measuring.Round(Measuring.Cpu().TotalSeconds);
        report["peakRssMiB"] = Measuring.PeakRssMiB();
        return report;
    }

    private Task CreateAsync(IKubeApi api) =>
        System.Threading.Tasks.Parallel.ForEachAsync(
            Enumerable.Range(0, options.Objects),
            new ParallelOptions { MaxDegreeOfParallelism = Parallel },
            async (i, cancellationToken) => await api.CreateAsync(Image(i, value: 0), cancellationToken)
        );

    /// <summary>Measures the milliseconds from sending a change to the answer to the status that follows it.</summary>
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
        await Measuring.UntilAsync(() =>
            Enumerable
                .Range(Math.Max(0, options.Changes - options.Objects), Math.Min(options.Changes, options.Objects))
                .All(i => running.Controller.Done.ContainsKey(KeyOf(i)))
        );
        return
        [
            .. Enumerable
                .Range(0, options.Changes)
                .Where(i => running.Controller.Done.ContainsKey(KeyOf(i)))
                .Select(i => Stopwatch.GetElapsedTime(sent[i], running.Controller.Done[KeyOf(i)]).TotalMilliseconds)
                .Order(),
        ];

        int Value(int i) => 1 + (i / options.Objects);

        (string Name, int Value) KeyOf(int i) => ($"image-{i % options.Objects}", Value(i));
    }

    private GemmaBaseImage Image(int i, int value) =>
        new()
        {
            Metadata = new V1ObjectMeta { NamespaceProperty = _namespace, Name = $"image-{i}" },
            Spec = new GemmaBaseImageSpec
            {
                JitterSeconds = value,
                Base = new BaseSpec
                {
                    Pytorch = "2.10.0",
                    Cuda = "12.8",
                    Cudnn = "9",
                },
                Output = new OutputSpec { Repository = $"registry.example.com/team/image-{i}" },
            },
        };
}
