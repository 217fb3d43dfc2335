using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;

namespace GemmaOperator.Registry.Identities;

/// <summary>
/// Keeps tokens, each until shortly before its end, and has one question at a time under way for each (single-flight):
/// a cloud that is silent about one keeps nobody from another.
/// </summary>
internal sealed class KeptTokens(TimeProvider time) : IDisposable
{
    /// <summary>Bounds how many are kept: objects name the registries.</summary>
    private const int Most = 256;

    /// <summary>One that ends within this time is replaced: the shortest live for an hour.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Bounds how long a failure stands for all who ask: where a cloud is silent, each would wait as long again.
    /// </summary>
    private static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Dictionary<string, Lazy<Task<Answer>>> _asked = new(StringComparer.Ordinal);

    /// <summary>Returns the one that is kept, or asks for one.</summary>
    /// <param name="scope">What it is for.</param>
    /// <param name="ask">Asks the cloud; it must end by itself.</param>
    /// <param name="cancellationToken">Ends the wait, and not the question: others wait for it.</param>
    /// <exception cref="RegistryException">There is none.</exception>
    public async Task<RegistryCredential> GetAsync(
        string scope,
        Func<CancellationToken, Task<CloudToken>> ask,
        CancellationToken cancellationToken
    ) =>
        await Question(scope, ask).Value.WaitAsync(cancellationToken) switch
        {
            Answer.Given it => it.Credential,
            Answer.Failed { Why: var why } => throw new RegistryException(why.Error, why.Message, why)
            {
                Status = why.Status,
                RetryAfter = why.RetryAfter,
            },
            _ => throw new InvalidOperationException("no such answer"),
        };

    public void Dispose()
    {
        // Who still waits is told so; there is nothing else to let go.
        _end.Cancel();
        _end.Dispose();
    }

    private Lazy<Task<Answer>> Question(string scope, Func<CancellationToken, Task<CloudToken>> ask)
    {
        lock (_gate)
        {
            if (_asked.TryGetValue(scope, out var known) && IsOfUse(known))
            {
                return known;
            }

            if (_asked.Count >= Most)
            {
                Forget();
            }

            // Begun by who waits, without the lock.
            var ended = _end.Token;
            return _asked[scope] = new Lazy<Task<Answer>>(() => AskAsync(ask, ended));
        }
    }

    private async Task<Answer> AskAsync(Func<CancellationToken, Task<CloudToken>> ask, CancellationToken ended)
    {
        try
        {
            var token = await ask(ended);
            return new Answer.Given(token.Credential, token.Until - Margin);
        }
        catch (RegistryException e)
        {
            return new Answer.Failed(e, time.GetUtcNow() + FailurePause);
        }
    }

    private bool IsOfUse(Lazy<Task<Answer>> asked) => IsOpen(asked) || End(asked) > time.GetUtcNow();

    /// <summary>Returns until when an answer is of use; never where there is none.</summary>
    private static DateTimeOffset End(Lazy<Task<Answer>> asked) =>
        asked.Value.IsCompletedSuccessfully ? asked.Value.GetAwaiter().GetResult().Until : DateTimeOffset.MinValue;

    private static bool IsOpen(Lazy<Task<Answer>> asked) => !asked.IsValueCreated || !asked.Value.IsCompleted;

    /// <summary>Drops what is of no use any more; where all is, the one that ends first.</summary>
    private void Forget()
    {
        List<string> over = [.. _asked.Where(a => !IsOfUse(a.Value)).Select(a => a.Key)];
        if (over.Count == 0)
        {
            over = [.. _asked.Where(a => !IsOpen(a.Value)).OrderBy(a => End(a.Value)).Take(1).Select(a => a.Key)];
        }

        over.ForEach(scope => _asked.Remove(scope));
    }

    /// <summary>Says what came of a question.</summary>
    /// <param name="Until">When it is asked again (UTC).</param>
    private abstract record Answer(DateTimeOffset Until)
    {
        /// <summary>Says what a registry takes.</summary>
        public sealed record Given(RegistryCredential Credential, DateTimeOffset Until) : Answer(Until);

        /// <summary>Says what every one is told.</summary>
        public sealed record Failed(RegistryException Why, DateTimeOffset Until) : Answer(Until);
    }
}
