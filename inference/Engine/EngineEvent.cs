namespace GemmaInference.Engine;

/// <summary>Says what happens to one sequence: tokens, then one end.</summary>
internal abstract record EngineEvent
{
    private EngineEvent() { }

    /// <param name="Logprob">Of the token itself, before temperature and penalties.</param>
    /// <param name="Top">The likeliest tokens, likeliest first.</param>
    internal sealed record Token(int Id, float Logprob, IReadOnlyList<(int Id, float Logprob)> Top) : EngineEvent;

    internal sealed record Finished(FinishReason Reason) : EngineEvent;
}
