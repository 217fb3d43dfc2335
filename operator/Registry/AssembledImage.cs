namespace GemmaOperator.Registry;

/// <summary>An application image in its registry, and what it took to make it.</summary>
internal sealed record AssembledImage(ImageReference Reference, ImageDigest Digest, long SizeBytes, int BlobsMounted, long BytesTransferred);
