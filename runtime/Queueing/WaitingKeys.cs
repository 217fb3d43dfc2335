using System.Diagnostics.CodeAnalysis;

namespace GemmaOperator.Runtime.Queueing;

/// <summary>
/// Holds the keys that wait for a worker, by lane. Within a lane groups, such as namespaces, take turns, so that one
/// with a thousand keys keeps another's only key waiting for one turn; and no group may have more than its share of the
/// workers. Not thread-safe: the owner holds a lock.
/// </summary>
/// <param name="groupOf">Tells whose a key is.</param>
/// <param name="mostOfGroup">Bounds how many keys of one group workers may have at once.</param>
internal sealed class WaitingKeys<TKey>(Func<TKey, string> groupOf, int mostOfGroup)
    where TKey : notnull
{
    /// <summary>
    /// Sets how often the background goes first, so that it finishes under constant change: once in so many.
    /// </summary>
    private const int BackgroundTurn = 32;

    private readonly Turns[] _lanes = [new(), new()];

    /// <summary>Counts the keys of each group that workers have.</summary>
    private readonly Dictionary<string, int> _held = new(StringComparer.Ordinal);
    private int _takes;

    public string GroupOf(TKey key) => groupOf(key);

    /// <summary>Adds a key at the end of its group. One that is added again stays behind in its old place.</summary>
    public void Add(TKey key, Lane lane) => _lanes[(int)lane].Add(groupOf(key), key);

    /// <summary>
    /// Takes the next key whose group may have one more worker; returns false where there is none. What doesn't wait
    /// there any more is dropped.
    /// </summary>
    public bool TryTake(Func<TKey, Lane, bool> isWaiting, [MaybeNullWhen(false)] out TKey key, out Lane lane)
    {
        var backgroundFirst = (_takes + 1) % BackgroundTurn == 0;
        Span<Lane> order = backgroundFirst ? [Lane.Background, Lane.Change] : [Lane.Change, Lane.Background];
        foreach (var one in order)
        {
            if (_lanes[(int)one].TryTake(k => isWaiting(k, one), MayTake, out key, out var group))
            {
                _takes++;
                _held[group] = _held.GetValueOrDefault(group) + 1;
                lane = one;
                return true;
            }
        }

        (key, lane) = (default, default);
        return false;
    }

    /// <summary>Notes that a worker is through with a key that it took.</summary>
    public void Done(TKey key)
    {
        var group = groupOf(key);
        if (_held.GetValueOrDefault(group) is > 1 and var many)
        {
            _held[group] = many - 1;
        }
        else
        {
            _held.Remove(group);
        }
    }

    private bool MayTake(string group) => _held.GetValueOrDefault(group) < mostOfGroup;

    /// <summary>Holds the keys of one lane, a queue for each group.</summary>
    private sealed class Turns
    {
        private readonly Dictionary<string, Queue<TKey>> _keys = new(StringComparer.Ordinal);

        /// <summary>Lists the groups that have keys, the one whose turn it is first.</summary>
        private readonly LinkedList<string> _groups = new();

        public void Add(string group, TKey key)
        {
            if (!_keys.TryGetValue(group, out var keys))
            {
                _keys.Add(group, keys = new Queue<TKey>());
                _groups.AddLast(group);
            }

            keys.Enqueue(key);
        }

        public bool TryTake(
            Func<TKey, bool> isWaiting,
            Func<string, bool> mayTake,
            [MaybeNullWhen(false)] out TKey key,
            [MaybeNullWhen(false)] out string group
        )
        {
            for (var node = _groups.First; node is not null; )
            {
                var (current, next) = (node, node.Next);
                node = next;
                if (mayTake(current.Value) && TryTake(current, isWaiting, out key))
                {
                    group = current.Value;
                    return true;
                }
            }

            (key, group) = (default, null);
            return false;
        }

        private bool TryTake(
            LinkedListNode<string> group,
            Func<TKey, bool> isWaiting,
            [MaybeNullWhen(false)] out TKey key
        )
        {
            var keys = _keys[group.Value];
            _groups.Remove(group);
            while (keys.TryDequeue(out key))
            {
                if (isWaiting(key))
                {
                    KeepOrDrop(group, keys);
                    return true;
                }
            }

            KeepOrDrop(group, keys);
            return false;
        }

        private void KeepOrDrop(LinkedListNode<string> group, Queue<TKey> keys)
        {
            if (keys.Count == 0)
            {
                _keys.Remove(group.Value);
            }
            else
            {
                _groups.AddLast(group);
            }
        }
    }
}
