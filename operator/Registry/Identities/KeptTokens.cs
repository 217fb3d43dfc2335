using GemmaOperator.Registry.Access;

namespace GemmaOperator.Registry.Identities;

/// <summary>Keeps tokens, each until shortly before its end, and asks for one at a time.</summary>
internal sealed class KeptTokens(TimeProvider time) : IDisposable
{
    /// <summary>Bounds how many are kept: objects name the registries.</summary>
    private const int Most = 256;

    /// <summary>One that ends within this time is replaced: the shortest live for an hour.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Dictionary<string, CloudToken> _kept = new(StringComparer.Ordinal);

    /// <summary>Returns the one that is kept, or asks for one.</summary>
    /// <param name="scope">What it is for.</param>
    /// <param name="ask">Asks the cloud.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<RegistryCredential> GetAsync(
        string scope,
        Func<CancellationToken, Task<CloudToken>> ask,
        CancellationToken cancellationToken
    )
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_kept.TryGetValue(scope, out var known) && IsGood(known))
            {
                return known.Credential;
            }

            var token = await ask(cancellationToken);
            if (_kept.Count >= Most)
            {
                Forget();
            }

            _kept[scope] = token;
            return token.Credential;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private bool IsGood(CloudToken token) => token.Until - Margin > time.GetUtcNow();

    /// <summary>Drops those that ended; where none did, the one that ends first.</summary>
    private void Forget()
    {
        string[] ended = [.. _kept.Where(k => !IsGood(k.Value)).Select(k => k.Key)];
        foreach (var scope in ended.Length > 0 ? ended : [_kept.MinBy(k => k.Value.Until).Key])
        {
            _kept.Remove(scope);
        }
    }
}
