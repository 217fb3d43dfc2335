using System.Security.Cryptography;
using System.Text;
using GemmaOperator.Text;

namespace GemmaOperator.Dashboard.Access;

/// <summary>
/// Remembers answers for ten seconds, as long as the API server's own extensions do: a page is several requests. Tokens
/// aren't kept, only their digests; what fails isn't remembered.
/// </summary>
internal sealed class RememberedReviews(IReviews reviews, TimeProvider time) : IReviews
{
    private const int Most = 2000;

    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (DateTimeOffset Until, Identity Who)> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Who, AskedAccess Asked), (DateTimeOffset Until, bool May)> _may = [];

    public async Task<Identity?> WhoAsync(string token, CancellationToken cancellationToken)
    {
        if (Remembered(token) is { } known)
        {
            return known;
        }

        if (await reviews.WhoAsync(token, cancellationToken) is not { } who)
        {
            return null;
        }

        Keep(_known, KeyOf(token), who);
        return who;
    }

    public Identity? Remembered(string token) => Find(_known, KeyOf(token));

    public async Task<bool> MayAsync(Identity who, AskedAccess asked, CancellationToken cancellationToken)
    {
        var key = (KeyOf(who), asked);
        lock (_gate)
        {
            if (_may.TryGetValue(key, out var known) && known.Until > time.GetUtcNow())
            {
                return known.May;
            }
        }

        var may = await reviews.MayAsync(who, asked, cancellationToken);
        Keep(_may, key, may);
        return may;
    }

    private Identity? Find(Dictionary<string, (DateTimeOffset Until, Identity Who)> from, string key)
    {
        lock (_gate)
        {
            return from.TryGetValue(key, out var found) && found.Until > time.GetUtcNow() ? found.Who : null;
        }
    }

    private void Keep<TKey, TValue>(Dictionary<TKey, (DateTimeOffset Until, TValue)> into, TKey key, TValue value)
        where TKey : notnull
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (into.Count >= Most)
            {
                foreach (var old in into.Where(e => e.Value.Until <= now).Select(e => e.Key).ToList())
                {
                    into.Remove(old);
                }
            }

            if (into.Count < Most)
            {
                into[key] = (now + Kept, value);
            }
        }
    }

    private static string KeyOf(string token) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>Names somebody by all that rights may hang on, so that no two are named alike.</summary>
    private static string KeyOf(Identity who)
    {
        var named = new Fingerprint().With("name", who.Name).With("uid", who.Uid).WithSet("groups", who.Groups);
        foreach (var (key, values) in who.Extra)
        {
            named.WithSet($"extra {key.Length}:{key}", values);
        }

        return named.Hex(64);
    }
}
