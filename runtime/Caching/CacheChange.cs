using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.Runtime.Caching;

/// <summary>Holds one object's change in a cache: appeared (no old), changed, or went away (no new).</summary>
/// <param name="Key">Its name.</param>
/// <param name="Old">State before.</param>
/// <param name="New">State after.</param>
internal readonly record struct CacheChange<T>(ObjectKey Key, T? Old, T? New)
    where T : class;
