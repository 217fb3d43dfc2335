namespace GemmaInference.Engine;

/// <param name="MaxQueue">Sequences that may wait for a slot; more are refused.</param>
/// <param name="PrefillTokens">Prompt tokens read per step, so that long prompts don't stall running sequences.</param>
/// <param name="StallLimit">A step longer than this counts as a hung device.</param>
internal sealed record EngineOptions(int MaxQueue, int PrefillTokens, TimeSpan StallLimit)
{
    public static EngineOptions Default { get; } = new(64, 512, TimeSpan.FromSeconds(120));
}
