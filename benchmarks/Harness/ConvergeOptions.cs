using System.Globalization;

namespace Benchmarks.Harness;

/// <summary>Says what to measure.</summary>
internal sealed record ConvergeOptions
{
    public int Objects { get; init; } = 1000;

    /// <summary>Gets the number of changes in the latency phase.</summary>
    public int Changes { get; init; } = 1000;

    /// <summary>Gets their number a second.</summary>
    public int PerSecond { get; init; } = 100;

    /// <summary>Gets the cluster to measure on; null takes LocalCluster.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Says whether to measure the operator as it ships, instead of the runtime with two writes.</summary>
    public bool Product { get; init; }

    /// <summary>Reads the command's arguments.</summary>
    /// <exception cref="ArgumentException">An option is unknown, or has no value.</exception>
    public static ConvergeOptions Parse(IReadOnlyList<string> all)
    {
        var options = new ConvergeOptions { Product = all.Contains("--product") };
        List<string> args = [.. all.Where(a => a != "--product")];
        if (args.Count % 2 != 0)
        {
            throw new ArgumentException($"{args[^1]} has no value.");
        }

        for (var i = 0; i < args.Count; i += 2)
        {
            options = args[i] switch
            {
                "--objects" => options with { Objects = Number(args[i + 1]) },
                "--changes" => options with { Changes = Number(args[i + 1]) },
                "--per-second" => options with { PerSecond = Number(args[i + 1]) },
                "--kubeconfig" => options with { Kubeconfig = args[i + 1] },
                _ => throw new ArgumentException($"Unknown option {args[i]}."),
            };
        }

        return options;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
