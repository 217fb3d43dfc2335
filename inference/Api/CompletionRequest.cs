using GemmaInference.Text;

namespace GemmaInference.Api;

/// <summary>Holds a request that was understood in full, whichever endpoint it came through.</summary>
/// <param name="Messages">The conversation, for chat.</param>
/// <param name="Prompt">The text, for completions.</param>
/// <param name="MaxTokens">Null for as many as the context holds.</param>
/// <param name="Temperature">Null for the model's own, as TopP and TopK.</param>
/// <param name="TopK">0 for all tokens.</param>
/// <param name="Seed">Null for one drawn at random.</param>
/// <param name="TopLogprobs">Null for no log-probabilities, else how many alternatives.</param>
/// <param name="Ignored">Paths of fields that nobody knows here.</param>
internal sealed record CompletionRequest(
    string Model,
    IReadOnlyList<ChatMessage>? Messages,
    string? Prompt,
    int? MaxTokens,
    double? Temperature,
    double? TopP,
    int? TopK,
    double PresencePenalty,
    double FrequencyPenalty,
    long? Seed,
    int Choices,
    IReadOnlyList<string> Stop,
    int? TopLogprobs,
    bool Stream,
    bool IncludeUsage,
    IReadOnlyList<string> Ignored
)
{
    public bool IsChat => Messages is not null;
}
