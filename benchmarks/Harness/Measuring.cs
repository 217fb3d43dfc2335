using System.Diagnostics;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace Benchmarks.Harness;

/// <summary>Measures this process.</summary>
internal static class Measuring
{
    public static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    /// <exception cref="TimeoutException">Not within half an hour.</exception>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var patience = Stopwatch.StartNew();
        while (!await condition())
        {
            if (patience.Elapsed > TimeSpan.FromMinutes(30))
            {
                throw new TimeoutException("Not within half an hour.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }
    }

    public static double Percentile(double[] sorted, double share) =>
        Round(sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))]);

    public static double Round(double value) => Math.Round(value, 2);

    /// <summary>Returns the CPU time of this process so far.</summary>
    public static TimeSpan Cpu() => Process.GetCurrentProcess().TotalProcessorTime;

    /// <summary>
    /// Returns the share of a core, in percent, that this process takes over ten seconds in which nothing happens.
    /// </summary>
    public static async Task<double> IdlePercentAsync()
    {
        var (cpu, idling) = (Cpu(), Stopwatch.StartNew());
        await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System);
        return Round(100 * (Cpu() - cpu) / idling.Elapsed);
    }

    /// <summary>Returns the largest resident set of this process over its life.</summary>
    public static double PeakRssMiB() => Round(Process.GetCurrentProcess().PeakWorkingSet64 / 1024.0 / 1024.0);

    /// <summary>Returns the resident set of this process now.</summary>
    public static double RssMiB() => Round(Process.GetCurrentProcess().WorkingSet64 / 1024.0 / 1024.0);

    /// <summary>Installs the CRDs and makes the namespace.</summary>
    public static async Task PrepareAsync(IKubeApi api, string ns)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(RepositoryRoot(), "crds"), "*.yaml"))
        {
            var definition = KubernetesYaml.Deserialize<V1CustomResourceDefinition>(
                await File.ReadAllTextAsync(file, CancellationToken.None)
            );
            await api.ApplyAsync(definition, CancellationToken.None);
            await UntilAsync(async () =>
                (
                    await api.GetAsync<V1CustomResourceDefinition>(
                        ns: null,
                        definition.Metadata.Name,
                        CancellationToken.None
                    )
                )?.Status?.Conditions?.Any(c => c is { Type: "Established", Status: "True" }) == true
            );
        }

        await api.CreateAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = ns } }, CancellationToken.None);
    }

    /// <summary>Returns the folder of the checkout.</summary>
    public static string RepositoryRoot()
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
