using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Steps.Assemble;

/// <summary>Describes an application image in its registry, and what it took to make it.</summary>
internal sealed record AssembledImage(
    ImageReference Reference,
    ImageDigest Digest,
    ImageTag Tag,
    long SizeBytes,
    int BlobsMounted,
    long BytesTransferred,
    long BytesCopied
);
