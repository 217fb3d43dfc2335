using System.Globalization;

namespace Benchmarks.Harness;

/// <summary>What to measure.</summary>
internal sealed record ConvergeOptions
{
    public int Objects { get; init; } = 1000;

    /// <summary>Changes in the latency phase.</summary>
    public int Changes { get; init; } = 1000;

    /// <summary>Their rate.</summary>
    public int PerSecond { get; init; } = 100;

    /// <summary>Null: LocalCluster.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>The operator as it ships, instead of the runtime with two writes.</summary>
    public bool Product { get; init; }

    public static ConvergeOptions Parse(IReadOnlyList<string> all)
    {
        var options = new ConvergeOptions { Product = all.Contains("--product") };
        List<string> args = [.. all.Where(a => a != "--product")];
        for (var i = 0; i + 1 < args.Count; i += 2)
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
