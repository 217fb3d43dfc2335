namespace GemmaOperator.Runtime.Contracts;

/// <summary>
/// What a watch has brought so far: reads are free, may lag behind the API server by milliseconds, and return shared
/// objects that nobody may change.
/// </summary>
internal interface IIndexer<T>
{
    /// <summary>True once the first complete list has arrived.</summary>
    bool HasSynced { get; }

    /// <summary>The object, or null when the cache holds none of that name.</summary>
    T? Get(string? ns, string name);

    /// <summary>All objects, or those of one namespace, in no particular order.</summary>
    IReadOnlyList<T> List(string? ns = null);

    /// <summary>Objects that an index files under <paramref name="key"/>; the index must exist.</summary>
    IReadOnlyList<T> ByIndex(string index, string key);
}
