using System.Diagnostics;

namespace Benchmarks.Inference;

/// <summary>Times steps that are all alike.</summary>
internal static class StepTime
{
    private const int Steps = 64;
    private const int WarmUp = 8;

    /// <summary>
    /// Returns milliseconds per step. The first ones, in which libraries set up and graphs are recorded, don't count.
    /// </summary>
    public static double Of(Action<int> step)
    {
        for (var i = 0; i < WarmUp; i++)
        {
            step(i);
        }

        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Steps; i++)
        {
            step(i);
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / Steps;
    }
}
