using GemmaInference.Text;

namespace GemmaInference.Api.Requests;

/// <summary>Holds a request that was understood in full, whichever endpoint it came through.</summary>
/// <param name="Messages">The conversation, for chat.</param>
/// <param name="End">How the conversation's prompt ends.</param>
/// <param name="Prompts">The texts, for completions; one at least.</param>
/// <param name="WithBos">Whether a written prompt's beginning is marked.</param>
/// <param name="Echo">Whether answers begin with their prompts.</param>
/// <param name="MaxTokens">Null for as many as the context holds; 0 asks for the echo alone.</param>
/// <param name="Choices">Answers to each prompt.</param>
/// <param name="TopLogprobs">Null for no log-probabilities, else how many alternatives.</param>
/// <param name="Form">What answers have to be that call nothing; null for any text.</param>
/// <param name="Tools">What may be called; null for nothing.</param>
/// <param name="Ignored">Paths of fields that nobody knows here.</param>
internal sealed record CompletionRequest(
    string Model,
    IReadOnlyList<ChatMessage>? Messages,
    ChatEnd End,
    IReadOnlyList<PromptInput>? Prompts,
    bool WithBos,
    bool Echo,
    int? MaxTokens,
    SamplingFields Sampling,
    int Choices,
    IReadOnlyList<string> Stop,
    int? TopLogprobs,
    bool Stream,
    bool IncludeUsage,
    AnswerForm? Form,
    ToolSet? Tools,
    IReadOnlyList<string> Ignored
)
{
    /// <summary>Gets whether the model is to think first; null where nothing is said of it.</summary>
    public bool? Thinks { get; init; }

    /// <summary>Gets the field that the messages came in.</summary>
    public string MessagesField { get; init; } = "messages";

    public bool IsChat => Messages is not null;
}
