namespace GemmaInference.Engine.Memory;

/// <summary>Says what a cache is to be.</summary>
/// <param name="MaxContext">Tokens of a sequence; null where nobody says.</param>
/// <param name="MaxSlots">Sequences at once; null where nobody says.</param>
/// <param name="UsesPages">Whether sequences may share their memory as pages.</param>
internal sealed record CacheWish(int? MaxContext, int? MaxSlots, bool UsesPages);
