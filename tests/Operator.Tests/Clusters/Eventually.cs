using System.Diagnostics;

namespace Operator.Tests.Clusters;

/// <summary>Waits for something that can be observed, and fails when it doesn't come.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>Waits for a condition; returns how long it took.</summary>
    public static Task<TimeSpan> That(Func<bool> condition, string promise) =>
        ThatAsync(() => Task.FromResult(condition()), promise);

    /// <inheritdoc cref="That"/>
    /// <param name="condition">Polled.</param>
    /// <param name="promise">What should come, for the failure.</param>
    /// <param name="instead">What is there instead, for the failure.</param>
    public static async Task<TimeSpan> ThatAsync(
        Func<Task<bool>> condition,
        string promise,
        Func<string>? instead = null
    )
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > Patience)
            {
                throw new AssertionException($"Not within {Patience.TotalSeconds} s: {promise}. {instead?.Invoke()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        return watch.Elapsed;
    }
}
