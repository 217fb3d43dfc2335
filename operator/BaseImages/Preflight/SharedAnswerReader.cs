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

    private readonly ConcurrentDictionary<TQuestion, Entry> _asked = new();

    /// <summary>Returns what is the case now, or was a short while ago.</summary>
    public async Task<TAnswer> ReadAsync(TQuestion question, CancellationToken cancellationToken)
    {
        while (true)
        {
            var own = new Entry(entry => AskAsync(question, entry));
            var asked = _asked.GetOrAdd(question, own);
            var answer = await asked.Answer.WaitAsync(cancellationToken);
            if (asked == own || asked.Until > time.GetUtcNow())
            {
                return answer;
            }

            _asked.TryRemove(KeyValuePair.Create(question, asked));
        }
    }

    private async Task<TAnswer> AskAsync(TQuestion question, Entry entry)
    {
        DropOutdated();
        try
        {
            (var answer, entry.Until) = await ask(question);
            return answer;
        }
        catch (Exception)
        {
            _asked.TryRemove(KeyValuePair.Create(question, entry));
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
        foreach (var asked in _asked.Where(a => a.Value.Until <= now))
        {
            _asked.TryRemove(asked);
        }
    }

    /// <summary>Holds one question, under way or answered; it is asked when the first one wants to know.</summary>
    private sealed class Entry
    {
        private readonly Lazy<Task<TAnswer>> _answer;
        private long _until = DateTimeOffset.MaxValue.UtcTicks;

        public Entry(Func<Entry, Task<TAnswer>> ask) => _answer = new Lazy<Task<TAnswer>>(() => ask(this));

        public Task<TAnswer> Answer => _answer.Value;

        /// <summary>Gets until when the answer counts; for ever while it isn't there.</summary>
        public DateTimeOffset Until
        {
            get => new(Interlocked.Read(ref _until), TimeSpan.Zero);
            set => Interlocked.Exchange(ref _until, value.UtcTicks);
        }
    }
}
