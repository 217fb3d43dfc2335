namespace GemmaOperator.Builds.Steps;

/// <summary>Represents the result of a step that learns nothing.</summary>
internal readonly record struct Nothing;
