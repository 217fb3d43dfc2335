namespace GemmaOperator.Runtime.Contracts;

/// <summary>
/// Reads what a watch has brought so far. Reads are free, may lag behind the API server by milliseconds, and return
/// shared objects that nobody may change.
/// </summary>
public interface IIndexer<T>
{
    /// <summary>Gets whether the first complete list has arrived; before that all reads return nothing.</summary>
    bool HasSynced { get; }

    /// <summary>Returns the object, or null when the cache holds none of that name.</summary>
    T? Get(string? ns, string name);

    /// <summary>Returns all objects, or those of one namespace, in no particular order.</summary>
    IReadOnlyList<T> List(string? ns = null);

    /// <summary>
    /// Returns the objects that an index files under <paramref name="key"/>, in no particular order; throws <see
    /// cref="KeyNotFoundException"/> when there is no such index.
    /// </summary>
    IReadOnlyList<T> ByIndex(string index, string key);
}
