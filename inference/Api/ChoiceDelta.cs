using GemmaInference.Api.Calls;

namespace GemmaInference.Api;

/// <summary>Holds a piece of one choice's answer; the last has a reason.</summary>
internal sealed record ChoiceDelta(
    int Index,
    string Text,
    IReadOnlyList<TokenLogprob> Logprobs,
    int Tokens,
    string? FinishReason
)
{
    /// <summary>Gets what the model thinks before it answers.</summary>
    public string Thought { get; init; } = "";

    /// <summary>Gets pieces of calls of functions.</summary>
    public IReadOnlyList<ToolCallDelta> Calls { get; init; } = [];
}
