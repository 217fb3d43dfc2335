namespace GemmaOperator.Runtime.Contracts;

/// <summary>
/// Restricts a deletion to one incarnation (UID) or one state (resource version); otherwise it is refused as a
/// conflict.
/// </summary>
public sealed record DeletePreconditions(string? Uid = null, string? ResourceVersion = null);
