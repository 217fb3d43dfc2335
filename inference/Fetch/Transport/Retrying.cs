using GemmaInference.Fetch.Failures;

namespace GemmaInference.Fetch.Transport;

/// <summary>Tries again what may succeed later, with growing pauses.</summary>
internal sealed class Retrying(Patience patience, TimeProvider time)
{
    /// <summary>Bounds tries that get some bytes each: who cuts after every byte isn't waited for.</summary>
    private const int MostAttempts = 100;

    /// <param name="attempt">Gets the work done, or a part of it.</param>
    /// <param name="progress">Returns a number that grows with what is done; null: a try is all or nothing.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="FetchException">The last failure, or one that needs no second try.</exception>
    public async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> attempt,
        Func<long>? progress,
        CancellationToken cancellation
    )
    {
        var failures = 0;
        for (var tries = 1; ; tries++)
        {
            var before = progress?.Invoke() ?? 0;
            try
            {
                return await attempt(cancellation);
            }
            catch (FetchException error) when (error.Retry && tries < MostAttempts)
            {
                failures = (progress?.Invoke() ?? 0) > before ? 1 : failures + 1;
                if (failures >= patience.Attempts)
                {
                    throw;
                }

                await Task.Delay(Jittered(patience.Pause(failures, error.RetryAfter)), time, cancellation);
            }
        }
    }

    /// <summary>Spreads the fetches of a fleet; a pause is never shorter than asked.</summary>
#pragma warning disable CA5394 // Not for secrets.
    private static TimeSpan Jittered(TimeSpan pause) => pause * (1 + (0.25 * Random.Shared.NextDouble()));
#pragma warning restore CA5394
}
