namespace GemmaInference.Engine;

/// <summary>Asks for one sequence to generate.</summary>
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
