namespace GemmaOperator.Runtime.Caching;

/// <summary>Object keys by values computed from the objects. Not thread-safe: the cache holds a lock.</summary>
internal sealed class SecondaryIndex<T>(Func<T, IEnumerable<string>> valuesOf)
    where T : class
{
    private readonly Dictionary<string, HashSet<ObjectKey>> _keys = new(StringComparer.Ordinal);

    public IReadOnlyCollection<ObjectKey> this[string value] => _keys.TryGetValue(value, out var keys) ? keys : [];

    public void Update(ObjectKey key, T? before, T? after)
    {
        foreach (var value in before is null ? [] : valuesOf(before))
        {
            if (_keys.TryGetValue(value, out var keys) && keys.Remove(key) && keys.Count == 0)
            {
                _keys.Remove(value);
            }
        }

        foreach (var value in after is null ? [] : valuesOf(after))
        {
            if (!_keys.TryGetValue(value, out var keys))
            {
                _keys.Add(value, keys = []);
            }

            keys.Add(key);
        }
    }
}
