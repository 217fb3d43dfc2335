using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Manifests;

/// <summary>Holds a manifest as the registry stores it: its bytes are its identity.</summary>
internal sealed record ManifestContent(string MediaType, ImageDigest Digest, byte[] Bytes);
