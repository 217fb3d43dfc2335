using System.Diagnostics.CodeAnalysis;

namespace GemmaOperator.Cluster;

/// <summary>What was read of objects, each in one version: those used last, as far as they fit.</summary>
/// <param name="mostBytes">Bound on the sum of sizes.</param>
internal sealed class LruCache<TKey, TValue>(long mostBytes)
    where TKey : notnull
{
    /// <summary>What an entry takes beside its content.</summary>
    private const int Overhead = 256;

    private readonly Lock gate = new();
    private readonly Dictionary<TKey, LinkedListNode<Entry>> entries = [];

    /// <summary>Used last, first.</summary>
    private readonly LinkedList<Entry> byUse = new();
    private long bytes;

    /// <summary>Sum of sizes.</summary>
    public long Bytes
    {
        get
        {
            lock (gate)
            {
                return bytes;
            }
        }
    }

    /// <summary>False when it isn't kept, or only in another version.</summary>
    public bool TryGet(TKey key, string version, [MaybeNullWhen(false)] out TValue value)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(key, out var node) || node.Value.Version != version)
            {
                value = default;
                return false;
            }

            byUse.Remove(node);
            byUse.AddFirst(node);
            value = node.Value.Value;
            return true;
        }
    }

    /// <param name="key">Of the object.</param>
    /// <param name="version">Its resourceVersion.</param>
    /// <param name="value">What was read of it.</param>
    /// <param name="characters">Length of the texts in it.</param>
    public void Set(TKey key, string version, TValue value, long characters)
    {
        lock (gate)
        {
            Drop(key);
            var size = Overhead + (characters * sizeof(char));
            if (size > mostBytes)
            {
                return;
            }

            entries[key] = byUse.AddFirst(new Entry(key, version, value, size));
            bytes += size;
            while (bytes > mostBytes)
            {
                Drop(byUse.Last!.Value.Key);
            }
        }
    }

    public void Remove(TKey key)
    {
        lock (gate)
        {
            Drop(key);
        }
    }

    private void Drop(TKey key)
    {
        if (entries.Remove(key, out var node))
        {
            byUse.Remove(node);
            bytes -= node.Value.Size;
        }
    }

    private sealed record Entry(TKey Key, string Version, TValue Value, long Size);
}
