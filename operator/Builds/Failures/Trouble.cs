namespace GemmaOperator.Builds.Failures;

/// <summary>Holds what one kind of trouble means for a step: what it is called there, and what a user can do.</summary>
/// <param name="Reason">What it is called.</param>
/// <param name="Remedy">Sentences that work when they are followed; null takes the reason's own.</param>
internal sealed record Trouble(FailureReason Reason, string? Remedy = null);
