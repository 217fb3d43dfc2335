namespace GemmaOperator.Api.Builds;

/// <summary>Describes one image in a registry.</summary>
internal sealed record ImageStatus
{
    /// <summary>Repository and digest, ready to pull.</summary>
    public string Reference { get; init; } = "";

    /// <summary>Manifest digest.</summary>
    public string Digest { get; init; } = "";

    /// <summary>Unique tag.</summary>
    public string? Tag { get; init; }

    /// <summary>Compressed size in bytes: manifest, config and layers.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>GemmaBuild it came from.</summary>
    public string? Build { get; init; }
}
