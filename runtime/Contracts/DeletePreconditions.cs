namespace GemmaOperator.Runtime.Contracts;

/// <summary>Delete only this incarnation (UID), only if unchanged (resource version).</summary>
internal sealed record DeletePreconditions(string? Uid = null, string? ResourceVersion = null);
