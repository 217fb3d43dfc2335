namespace GemmaOperator.Registry;

/// <summary>What a reference is now, and how long the registry would rather not be asked again; null when it doesn't say.</summary>
internal sealed record PolledManifest(Descriptor Found, TimeSpan? Pause);
