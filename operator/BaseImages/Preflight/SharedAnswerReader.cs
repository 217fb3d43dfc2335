using System.Collections.Concurrent;

namespace GemmaOperator.BaseImages.Preflight;

/// <summary>
/// Asks a question once for all who want to know (single-flight), and gives the answer to all for as long as it counts.
/// </summary>
/// <param name="ask">Asks; the answer says until when it counts. What it throws is shared with nobody later.</param>
/// <param name="time">What answers age by.</param>
internal sealed class SharedAnswerReader<TQuestion, TAnswer>(
    Func<TQuestion, Task<(TAnswer Answer, DateTimeOffset Until)>> ask,
    TimeProvider time
)
    where TQuestion : notnull
{
    /// <summary>From here on answers that are out of date are looked for and dropped.</summary>
    private const int Many = 256;

    private readonly ConcurrentDictionary<TQuestion, Lazy<Task<(TAnswer Answer, DateTimeOffset Until)>>> _asked = new();

    /// <summary>Returns what is the case now, or was a short while ago.</summary>
    public async Task<TAnswer> ReadAsync(TQuestion question, CancellationToken cancellationToken)
    {
        while (true)
        {
            var own = new Lazy<Task<(TAnswer Answer, DateTimeOffset Until)>>(() => AskAsync(question));
            var asked = _asked.GetOrAdd(question, own);
            var (answer, until) = await asked.Value.WaitAsync(cancellationToken);
            if (asked == own || until > time.GetUtcNow())
            {
                return answer;
            }

            _asked.TryRemove(KeyValuePair.Create(question, asked));
        }
    }

    private async Task<(TAnswer Answer, DateTimeOffset Until)> AskAsync(TQuestion question)
    {
        DropOutdated();
        try
        {
            return await ask(question);
        }
        catch (Exception)
        {
            _asked.TryRemove(question, out _);
            throw;
        }
    }

    private void DropOutdated()
    {
        if (_asked.Count < Many)
        {
            return;
        }

        var now = time.GetUtcNow();
        foreach (var (question, asked) in _asked)
        {
            if (
                asked is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true } done }
                && done.Result.Until <= now
            )
            {
                _asked.TryRemove(KeyValuePair.Create(question, asked));
            }
        }
    }
}
