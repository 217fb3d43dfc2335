using System.Collections.Concurrent;

namespace GemmaOperator.Registry.Client;

/// <summary>
/// Keeps one question at a time under way for each key (single-flight), and as many answers as there is room for.
/// </summary>
/// <param name="most">Bounds how many are kept; the oldest go first.</param>
internal sealed class SharedQuestions<TKey, TAnswer>(int most)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Question> _asked = new();
    private long _number;

    public int Count => _asked.Count;

    /// <summary>Returns an answer that is good enough, or a new one.</summary>
    /// <param name="key">What is asked about.</param>
    /// <param name="ask">Asks; it must end by itself. What it throws is kept for nobody.</param>
    /// <param name="isGood">Tells whether another's answer will do.</param>
    /// <param name="cancellationToken">Ends the wait, and not the question: others wait for it.</param>
    public async Task<TAnswer> AskAsync(
        TKey key,
        Func<Task<TAnswer>> ask,
        Func<TAnswer, bool> isGood,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            var own = new Question(ask, Interlocked.Increment(ref _number));
            var asked = _asked.GetOrAdd(key, own);
            if (asked == own)
            {
                DropOldest();
            }

            TAnswer answer;
            try
            {
                answer = await asked.Answer.Value.WaitAsync(cancellationToken);
            }
            catch (Exception) when (asked.Answer.Value is { IsCompleted: true, IsCompletedSuccessfully: false })
            {
                _asked.TryRemove(KeyValuePair.Create(key, asked));
                throw;
            }

            // Asked in any case: who was told of a failure is not told of the same one again.
            if (isGood(answer) || asked == own)
            {
                return answer;
            }

            _asked.TryRemove(KeyValuePair.Create(key, asked));
        }
    }

    /// <summary>A quarter at a time: to look for the oldest means to look at all.</summary>
    private void DropOldest()
    {
        if (_asked.Count <= most)
        {
            return;
        }

        foreach (var old in _asked.OrderBy(a => a.Value.Number).Take(Math.Max(1, most / 4)).ToList())
        {
            _asked.TryRemove(old);
        }
    }

    private sealed class Question(Func<Task<TAnswer>> ask, long number)
    {
        public Lazy<Task<TAnswer>> Answer { get; } = new(ask);

        public long Number => number;
    }
}
