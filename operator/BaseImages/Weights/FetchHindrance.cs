namespace GemmaOperator.BaseImages.Weights;

/// <summary>Says what keeps a fetch from starting.</summary>
/// <param name="Message">For people.</param>
/// <param name="HasLasted">Whether it has lasted longer than what passes by itself does.</param>
internal sealed record FetchHindrance(string Message, bool HasLasted);
