using System.Diagnostics;

namespace Benchmarks.Llama;

/// <summary>Measures things in turns, so that what else the machine does disturbs all of them alike.</summary>
internal static class Turns
{
    /// <summary>Runs each once a round, in turned order in every second, and gets their medians.</summary>
    public static IReadOnlyList<Measured> Run(int rounds, params Action[] things)
    {
        var found = things.Select(_ => new List<Measured>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < things.Length; i++)
            {
                var turn = round % 2 == 0 ? i : things.Length - 1 - i;
                found[turn].Add(Once(things[turn]));
            }
        }

        return
        [
            .. found.Select(all => new Measured(
                Median(all.Select(one => one.CpuMilliseconds)),
                Median(all.Select(one => one.Milliseconds))
            )),
        ];
    }

    private static Measured Once(Action thing)
    {
        var (cpu, start) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        thing();
        return new Measured(
            (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds,
            Stopwatch.GetElapsedTime(start).TotalMilliseconds
        );
    }

    private static double Median(IEnumerable<double> numbers)
    {
        double[] sorted = [.. numbers.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
