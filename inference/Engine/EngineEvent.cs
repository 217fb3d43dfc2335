namespace GemmaInference.Engine;

/// <summary>Says what happens to one sequence: what its prompt scored, if asked for, tokens, then one end.</summary>
internal abstract record EngineEvent
{
    private EngineEvent() { }

    /// <param name="Logprob">Of the token itself, before temperature and penalties.</param>
    /// <param name="Top">The likeliest tokens, likeliest first.</param>
    internal sealed record Token(int Id, float Logprob, IReadOnlyList<(int Id, float Logprob)> Top) : EngineEvent;

    /// <param name="Tokens">The prompt's own next tokens; the first of all has no probability and isn't here.</param>
    internal sealed record Scored(IReadOnlyList<Token> Tokens) : EngineEvent;

    internal sealed record Finished(FinishReason Reason) : EngineEvent;
}
