namespace GemmaOperator.BaseImages.Defaults;

/// <summary>Holds defaults as they are written now, understood or not.</summary>
/// <param name="Name">Where, for sentences.</param>
/// <param name="Text">The text; null where there is none.</param>
/// <param name="Problem">Why there is none though there should be; null where none is meant to be.</param>
internal sealed record DefaultsSource(string Name, string? Text, string? Problem = null);
