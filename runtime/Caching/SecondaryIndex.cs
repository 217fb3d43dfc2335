using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.Runtime.Caching;

/// <summary>
/// Finds object keys by values computed from the objects. Most values belong to a single object, a few to very many.
/// Not thread-safe: the cache holds a lock.
/// </summary>
internal sealed class SecondaryIndex<T>(Func<T, IEnumerable<string>> valuesOf)
    where T : class
{
    private const int Few = 8;

    private readonly Dictionary<string, ObjectKey[]> _few = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<ObjectKey>> _many = new(StringComparer.Ordinal);

    public IReadOnlyCollection<ObjectKey> this[string value] =>
        _few.TryGetValue(value, out var few) ? few
        : _many.TryGetValue(value, out var many) ? many
        : [];

    public void Update(ObjectKey key, T? before, T? after)
    {
        foreach (var value in before is null ? [] : valuesOf(before))
        {
            Remove(value, key);
        }

        foreach (var value in after is null ? [] : valuesOf(after))
        {
            Add(value, key);
        }
    }

    private void Add(string value, ObjectKey key)
    {
        if (_many.TryGetValue(value, out var many))
        {
            many.Add(key);
        }
        else if (!_few.TryGetValue(value, out var few))
        {
            _few[value] = [key];
        }
        else if (few.Contains(key))
        {
            return;
        }
        else if (few.Length < Few)
        {
            _few[value] = [.. few, key];
        }
        else
        {
            _few.Remove(value);
            _many[value] = [.. few, key];
        }
    }

    private void Remove(string value, ObjectKey key)
    {
        if (_many.TryGetValue(value, out var many))
        {
            if (many.Remove(key) && many.Count == 0)
            {
                _many.Remove(value);
            }
        }
        else if (_few.TryGetValue(value, out var few))
        {
            if (few is [var only] && only == key)
            {
                _few.Remove(value);
            }
            else
            {
                _few[value] = [.. few.Where(k => k != key)];
            }
        }
    }
}
