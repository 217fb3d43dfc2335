namespace GemmaOperator.Dashboard.Facts;

/// <summary>Holds what belongs to an object, or why it can't be shown.</summary>
/// <param name="Items">Empty where it can't.</param>
/// <param name="Problem">One sentence; null where all is well.</param>
internal sealed record Part<T>(IReadOnlyList<T> Items, string? Problem = null);
