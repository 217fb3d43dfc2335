namespace GemmaInference.Fetch.Files;

/// <summary>Says which weights a directory holds or is about to hold.</summary>
/// <param name="Source">For example <c>hub:google/gemma-3-1b-it</c>.</param>
/// <param name="Revision">A commit of the hub; null for an image.</param>
/// <param name="Digest">An image's; null for the hub.</param>
/// <param name="Include">What is fetched beside the files that the server reads, in order.</param>
internal sealed record ModelIdentity(string Source, string? Revision, string? Digest, string Include)
{
    public override string ToString() => $"{Source}@{Revision ?? Digest}";
}
