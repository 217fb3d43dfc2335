using GemmaInference.Fetch.Files;

namespace GemmaInference.Fetch.Download;

/// <summary>Describes a file that a source has.</summary>
/// <param name="Path">Below the model's directory.</param>
/// <param name="Hash">Of its content, as the source says.</param>
/// <param name="Key">By which the source knows it.</param>
internal sealed record RemoteFile(RelativePath Path, long Size, ContentHash Hash, string Key);
