namespace GemmaInference.Engine;

/// <summary>How tokens are chosen. A temperature of 0 takes the likeliest.</summary>
/// <param name="TopP">Smallest set of tokens whose probabilities reach this; 1 switches it off.</param>
/// <param name="TopK">How many of the likeliest tokens compete; 0 switches it off.</param>
/// <param name="PresencePenalty">Subtracted once from the logit of each token already generated.</param>
/// <param name="FrequencyPenalty">Subtracted from it once per occurrence.</param>
internal sealed record Sampling(
    double Temperature,
    double TopP,
    int TopK,
    ulong Seed,
    double PresencePenalty,
    double FrequencyPenalty
);

/// <summary>One sequence to generate.</summary>
/// <param name="Prompt">At least one token, fewer than the context.</param>
/// <param name="MaxTokens">At least 1.</param>
/// <param name="StopTokens">Tokens that end the sequence; they are not handed out.</param>
/// <param name="TopLogprobs">Null for no log-probabilities, else how many alternatives come with each token.</param>
internal sealed record GenerationRequest(
    IReadOnlyList<int> Prompt,
    int MaxTokens,
    Sampling Sampling,
    IReadOnlySet<int> StopTokens,
    int? TopLogprobs
);

/// <summary>Why a sequence ended.</summary>
internal enum FinishReason
{
    Stop,
    Length,
    Cancelled,
}

/// <summary>What the engine says about one sequence: tokens, then one end.</summary>
internal abstract record EngineEvent
{
    private EngineEvent() { }

    /// <param name="Logprob">Of the token itself, before temperature and penalties.</param>
    /// <param name="Top">The likeliest tokens, likeliest first.</param>
    internal sealed record Token(int Id, float Logprob, IReadOnlyList<(int Id, float Logprob)> Top) : EngineEvent;

    internal sealed record Finished(FinishReason Reason) : EngineEvent;
}
