namespace GemmaInference.Fetch.Files;

/// <summary>Describes a file of a fetched model.</summary>
/// <param name="Path">Below the model's directory.</param>
/// <param name="Sha256">Of its content, hexadecimal.</param>
internal sealed record FetchedFile(RelativePath Path, long Size, string Sha256);
