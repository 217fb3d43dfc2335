namespace GemmaInference.Grammar.Json;

/// <summary>Bounds numbers by whole ones.</summary>
/// <param name="Low">Null for no bound.</param>
/// <param name="High">Null for no bound.</param>
internal readonly record struct NumberRange(long? Low, bool IsAboveLow, long? High, bool IsBelowHigh)
{
    public static NumberRange Any { get; }

    /// <summary>Returns the same for whole numbers, with no bound left out.</summary>
    public NumberRange Whole() => new(IsAboveLow ? Low + 1 : Low, false, IsBelowHigh ? High - 1 : High, false);
}
