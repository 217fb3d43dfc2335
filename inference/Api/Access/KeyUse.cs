using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace GemmaInference.Api.Access;

/// <summary>
/// Counts the requests of each key that are being answered, by the keys' SHA-256 alone; a key that asks for nothing is
/// forgotten. Thread-safe.
/// </summary>
/// <param name="most">How many there may be of one key.</param>
internal sealed class KeyUse(int most)
{
    private readonly ConcurrentDictionary<string, int> _running = new(StringComparer.Ordinal);

    public int Most => most;

    /// <summary>Counts a request in, until what is returned is disposed; null where there are enough.</summary>
    public IDisposable? TryEnter(string key)
    {
        var name = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        if (_running.AddOrUpdate(name, 1, (_, count) => count + 1) <= most)
        {
            return new Turn(this, name);
        }

        Leave(name);
        return null;
    }

    private void Leave(string name)
    {
        if (_running.AddOrUpdate(name, 0, (_, count) => count - 1) == 0)
        {
            // Only if it is 0 still.
            _running.TryRemove(new KeyValuePair<string, int>(name, 0));
        }
    }

    private sealed class Turn(KeyUse use, string name) : IDisposable
    {
        public void Dispose() => use.Leave(name);
    }
}
