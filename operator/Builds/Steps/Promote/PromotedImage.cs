namespace GemmaOperator.Builds.Steps.Promote;

/// <summary>Says that the alias tags are where they belong.</summary>
/// <param name="At">Since when they are, at the latest (UTC).</param>
internal sealed record PromotedImage(DateTime At);
