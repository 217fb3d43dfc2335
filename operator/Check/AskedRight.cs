namespace GemmaOperator.Check;

/// <summary>Holds what the API server says of one right.</summary>
/// <param name="Right">What was asked for.</param>
/// <param name="IsAllowed">Whether it is granted.</param>
/// <param name="Problem">Why the question itself was refused; null when it wasn't.</param>
internal sealed record AskedRight(Right Right, bool IsAllowed, string? Problem = null);
