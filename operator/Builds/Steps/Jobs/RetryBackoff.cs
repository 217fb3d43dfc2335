namespace GemmaOperator.Builds.Steps.Jobs;

/// <summary>
/// Gives the pause between attempts of one build: 30 s, doubled by every attempt, at most 10 minutes.
/// </summary>
internal static class RetryBackoff
{
    public static TimeSpan After(int attempt) =>
        TimeSpan.FromSeconds(Math.Min(600, 30 * Math.Pow(2, Math.Clamp(attempt, 1, 10) - 1)));
}
