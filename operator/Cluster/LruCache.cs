using System.Diagnostics.CodeAnalysis;

namespace GemmaOperator.Cluster;

/// <summary>Keeps what was read of objects, each in one version: those used last, as far as they fit.</summary>
/// <param name="mostBytes">Bound on the sum of sizes, in bytes.</param>
internal sealed class LruCache<TKey, TValue>(long mostBytes)
    where TKey : notnull
{
    /// <summary>Says how much an entry takes besides its content, in bytes.</summary>
    private const int Overhead = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, LinkedListNode<Entry>> _entries = [];

    /// <summary>Lists the entries, the one used last first.</summary>
    private readonly LinkedList<Entry> _byUse = new();
    private long _bytes;

    /// <summary>Gets the sum of sizes, in bytes.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes;
            }
        }
    }

    /// <summary>
    /// Finds what was read of an object; returns false when it isn't kept, or only in another version.
    /// </summary>
    public bool TryGet(TKey key, string version, [MaybeNullWhen(false)] out TValue value)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var node) || node.Value.Version != version)
            {
                value = default;
                return false;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            value = node.Value.Value;
            return true;
        }
    }

    /// <param name="key">The object's key.</param>
    /// <param name="version">Its resourceVersion.</param>
    /// <param name="value">What was read of it.</param>
    /// <param name="characters">Length of the texts in it.</param>
    public void Set(TKey key, string version, TValue value, long characters)
    {
        lock (_gate)
        {
            Drop(key);
            var size = Overhead + (characters * sizeof(char));
            if (size > mostBytes)
            {
                return;
            }

            _entries[key] = _byUse.AddFirst(new Entry(key, version, value, size));
            _bytes += size;
            while (_bytes > mostBytes)
            {
                Drop(_byUse.Last!.Value.Key);
            }
        }
    }

    public void Remove(TKey key)
    {
        lock (_gate)
        {
            Drop(key);
        }
    }

    private void Drop(TKey key)
    {
        if (_entries.Remove(key, out var node))
        {
            _byUse.Remove(node);
            _bytes -= node.Value.Size;
        }
    }

    private sealed record Entry(TKey Key, string Version, TValue Value, long Size);
}
