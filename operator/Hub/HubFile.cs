namespace GemmaOperator.Hub;

/// <summary>Holds what a hub says of a file.</summary>
/// <param name="Path">Path within the repository; as the hub says it.</param>
/// <param name="Size">Size in bytes; null when it doesn't say (mirrors).</param>
/// <param name="Sha256">SHA-256 of a large file, 64 hexadecimal digits; null for others.</param>
internal sealed record HubFile(string Path, long? Size, string? Sha256);
