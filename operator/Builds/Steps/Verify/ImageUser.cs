namespace GemmaOperator.Builds.Steps.Verify;

/// <summary>Holds the user that an image's config names, as it stands there.</summary>
internal sealed record ImageUser(string Text);
