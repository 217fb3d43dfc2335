using GemmaOperator.Registry.Manifests;

namespace GemmaOperator.Registry.Client;

/// <summary>Holds what a reference is now.</summary>
/// <param name="Found">The manifest.</param>
/// <param name="Pause">How long the registry would rather not be asked again; null when it doesn't say.</param>
/// <param name="ETag">Its strong entity tag; null where the answer named the digest itself, or has none.</param>
internal sealed record PolledManifest(Descriptor Found, TimeSpan? Pause, string? ETag = null);
