namespace GemmaOperator.Build;

/// <summary>What is said of one build in the image's labels.</summary>
/// <param name="ImageName">Namespace and name of the GemmaBaseImage.</param>
/// <param name="Number">Number of the build.</param>
/// <param name="InputsHash">Fingerprint of the inputs.</param>
/// <param name="CacheEpoch">Value of CACHE_EPOCH; empty when it never changes.</param>
internal sealed record DockerfileStamp(string ImageName, long Number, string InputsHash, string CacheEpoch);
