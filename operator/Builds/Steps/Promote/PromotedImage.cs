namespace GemmaOperator.Builds.Steps.Promote;

/// <summary>Says what became of the alias tags of an image that is published.</summary>
/// <param name="At">When they were looked at last (UTC).</param>
/// <param name="Problem">Why one of them can't move; null when all are where they belong.</param>
internal sealed record PromotedImage(DateTime At, AliasProblem? Problem = null);
