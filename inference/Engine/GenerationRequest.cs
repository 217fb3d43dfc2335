using GemmaInference.Grammar;

namespace GemmaInference.Engine;

/// <summary>Asks for one sequence to generate.</summary>
/// <param name="Prompt">At least one token, fewer than the context.</param>
/// <param name="MaxTokens">0 only reads the prompt, which may then fill the context.</param>
/// <param name="StopTokens">Tokens that end the sequence; they are not handed out.</param>
/// <param name="TopLogprobs">Null for no log-probabilities, else how many alternatives come with each token.</param>
internal sealed record GenerationRequest(
    IReadOnlyList<int> Prompt,
    int MaxTokens,
    Sampling Sampling,
    IReadOnlySet<int> StopTokens,
    int? TopLogprobs
)
{
    /// <summary>Gets how many tokens come before one of <see cref="BarredTokens"/> may.</summary>
    public int MinTokens { get; init; }

    /// <summary>Gets the tokens that can't be chosen before <see cref="MinTokens"/> are.</summary>
    public IReadOnlySet<int> BarredTokens { get; init; } = StopTokens;

    /// <summary>Gets whether the prompt's own tokens come with log-probabilities, too.</summary>
    public bool ScoresPrompt { get; init; }

    /// <summary>Gets what the answer has to fit; null for nothing.</summary>
    public Constraint? Constraint { get; init; }
}
