using System.Globalization;

namespace Benchmarks.Fetch;

/// <summary>Holds how much is fetched, and how often.</summary>
/// <param name="Gib">The file's size.</param>
/// <param name="Rounds">Pairs of a copy and a fetch.</param>
internal sealed record FetchBenchmarkArguments(long Gib, int Rounds)
{
    public static FetchBenchmarkArguments? Parse(string[] args, out string trouble)
    {
        var (gib, rounds) = (4, 3);
        trouble = "";
        for (var at = 0; at < args.Length; at += 2)
        {
            var isNumber = int.TryParse(
                args.ElementAtOrDefault(at + 1),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var number
            );
            switch (args[at])
            {
                case "--gib" when isNumber && number is >= 1 and <= 64:
                    gib = number;
                    break;

                case "--rounds" when isNumber && number is >= 1 and <= 100:
                    rounds = number;
                    break;

                default:
                    trouble = $"{args[at]}: expected --gib with a whole number from 1 to 64, --rounds from 1 to 100";
                    return null;
            }
        }

        return new FetchBenchmarkArguments(gib, rounds);
    }
}
