namespace GemmaOperator.Metrics;

/// <summary>Holds one value of a gauge about a GemmaBaseImage.</summary>
/// <param name="Labels">Values of the labels that follow namespace and name.</param>
/// <param name="Value">Value.</param>
internal readonly record struct ImageSample(IReadOnlyList<string> Labels, double Value);
