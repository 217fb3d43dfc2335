namespace GemmaOperator.Plan;

/// <summary>One value of a metric about a GemmaBaseImage.</summary>
/// <param name="Metric">Name below <c>gemma_operator_image_</c>.</param>
/// <param name="Labels">Values of the labels that follow namespace and name.</param>
/// <param name="Value">Value.</param>
internal sealed record ImageSample(string Metric, IReadOnlyList<string> Labels, double Value);
