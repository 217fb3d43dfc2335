namespace GemmaInference.Engine;

/// <param name="MaxQueue">Sequences that may wait for a slot; more are refused.</param>
/// <param name="PrefillTokens">Prompt tokens read per step at most.</param>
/// <param name="StallLimit">A step longer than this counts as a hung device.</param>
internal sealed record EngineOptions(int MaxQueue, int PrefillTokens, TimeSpan StallLimit)
{
    public static EngineOptions Default { get; } = new(64, 512, TimeSpan.FromSeconds(120));

    /// <summary>
    /// Gets for about how long reading prompts may keep running sequences from their next token: fewer prompt tokens
    /// are read per step then.
    /// </summary>
    public TimeSpan StreamPause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Gets whether what slots hold of other sequences is used for prompts that begin alike.</summary>
    public bool ReusesPrompts { get; init; } = true;
}
