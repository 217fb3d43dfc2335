using System.Globalization;
using Benchmarks.Llama.Models;

namespace Benchmarks.Llama;

/// <summary>Holds what the command line asks for.</summary>
internal sealed record Settings(Shape Shape, IReadOnlyList<Precision> Precisions, int Rounds, int Threads)
{
    /// <summary>Tokens of the prompt after which both sides' logits are compared.</summary>
    public const int ComparedTokens = 32;

    /// <summary>Gets the steps of one turn: some tenths of a second.</summary>
    public int Steps => Shape.Name == "2B" ? 2 : 6;

    /// <summary>Returns null where the command line isn't understood.</summary>
    public static Settings? Read(string[] args)
    {
        var settings = new Settings(Shape.All[0], Precision.All, Rounds: 15, Threads: 1);
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            var number = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
            var read = args[i] switch
            {
                "--shape" when Shape.All.FirstOrDefault(s => s.Name == value) is { } shape => settings with
                {
                    Shape = shape,
                },
                "--precisions" when Named(value) is { } precisions => settings with { Precisions = precisions },
                "--rounds" when number is > 0 and <= 10_000 => settings with { Rounds = number },
                "--threads" when number is > 0 and <= 1_024 => settings with { Threads = number },
                _ => null,
            };
            if (read is null)
            {
                return null;
            }

            settings = read;
        }

        return settings;
    }

    private static IReadOnlyList<Precision>? Named(string names)
    {
        var wanted = names.Split(',').Select(name => Precision.All.FirstOrDefault(p => p.Name == name)).ToList();
        return wanted.Contains(null) ? null : [.. wanted.OfType<Precision>()];
    }
}
