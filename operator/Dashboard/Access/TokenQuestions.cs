using System.Security.Cryptography;
using System.Text;

namespace GemmaOperator.Dashboard.Access;

/// <summary>
/// Asks whose tokens are: once for all who come with the same one at the same time (single-flight), when it is their
/// turn.
/// </summary>
internal sealed class TokenQuestions(IReviews reviews, TimeProvider time)
{
    private readonly ReviewTurns _turns = new(time);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task<Answer>> _asked = new(StringComparer.Ordinal);

    /// <summary>Returns whose token it is.</summary>
    /// <param name="token">The token.</param>
    /// <param name="place">Where the request comes from.</param>
    /// <param name="cancellationToken">Ends the wait; what others wait for, too, goes on.</param>
    /// <exception cref="Runtime.Contracts.KubeApiException">The API server couldn't be asked.</exception>
    public Task<Answer> WhoAsync(string token, string place, CancellationToken cancellationToken)
    {
        // Only the digest stays in memory.
        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        lock (_gate)
        {
            if (!_asked.TryGetValue(key, out var open))
            {
                open = AskAsync(key, token, place);
                if (!open.IsCompleted)
                {
                    _asked[key] = open;
                }
            }

            return open.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Asks for all: nobody's leaving ends it, but the client's own timeout does.</summary>
    private async Task<Answer> AskAsync(string key, string token, string place)
    {
        try
        {
            if (!await _turns.TakeAsync(place, CancellationToken.None))
            {
                return new Answer.NoTurn();
            }

            try
            {
                return await reviews.WhoAsync(token, CancellationToken.None) is { } who
                    ? new Answer.Known(who)
                    : new Answer.Unknown();
            }
            finally
            {
                _turns.Leave();
            }
        }
        finally
        {
            lock (_gate)
            {
                _asked.Remove(key);
            }
        }
    }

    /// <summary>Says what came of a question.</summary>
    internal abstract record Answer
    {
        private Answer() { }

        public sealed record Known(Identity Who) : Answer;

        public sealed record Unknown : Answer;

        /// <summary>Says that too many ask, and this one had no turn.</summary>
        public sealed record NoTurn : Answer;
    }
}
