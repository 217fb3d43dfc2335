namespace GemmaOperator.Runtime.Caching;

/// <summary>One object's change in a cache: appeared (no old), changed, or went away (no new).</summary>
/// <param name="Key">Its name.</param>
/// <param name="Old">State before.</param>
/// <param name="New">State after.</param>
/// <param name="IsInitial">Part of the first list after a start: not news, only new to us.</param>
internal readonly record struct CacheChange<T>(ObjectKey Key, T? Old, T? New, bool IsInitial)
    where T : class;
