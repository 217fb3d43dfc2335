namespace KubectlGemma.Images;

/// <summary>Holds what a registry answered, or why it is unknown.</summary>
/// <param name="Value">The answer; null where there is none.</param>
/// <param name="Problem">Why there is none; null where there is one.</param>
/// <param name="IsAnswered">
/// Whether the registry said so itself: what is asked for isn't there, or isn't what it should be.
/// </param>
internal sealed record Answer<T>(T? Value, string? Problem = null, bool IsAnswered = true)
    where T : class;
