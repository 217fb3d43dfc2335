namespace Benchmarks.Patches;

/// <summary>Holds what a node pulls of one build.</summary>
internal sealed record Pulled(bool IsPatch, string Why, long Bytes);
