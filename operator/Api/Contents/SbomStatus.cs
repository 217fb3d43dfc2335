using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Contents;

/// <summary>Says where the CycloneDX document of an image is.</summary>
internal sealed record SbomStatus
{
    /// <summary>Stored, Refused or Unneeded.</summary>
    public WireEnum<SbomState> State { get; init; }

    /// <summary>
    /// Digest of its manifest, beside the image or, where none is needed, the published one; absent where none is
    /// stored.
    /// </summary>
    public string? Digest { get; init; }

    /// <summary>Whether it names source packages, by which advisories are found; absent from older documents.</summary>
    public bool? Sources { get; init; }

    /// <summary>Why it isn't stored.</summary>
    public string? Message { get; init; }
}
