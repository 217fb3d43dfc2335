using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using GemmaInference.Api.Requests;

namespace GemmaInference.Api;

// One closed wire shape, in one file: the answers of OpenAI's API reference, and the context that writes them. Property
// names become snake_case; a change here is a change of the protocol.
internal sealed record ModelInfo(string Id, string Object, long Created, string OwnedBy, int MaxModelLen);

internal sealed record TokenList(
    int Count,
    int MaxModelLen,
    IReadOnlyList<int> Tokens,
    IReadOnlyList<string>? TokenStrs
);

internal sealed record DetokenizedPrompt(string Prompt);

internal sealed record VersionInfo(string Version);

internal sealed record ModelList(string Object, IReadOnlyList<ModelInfo> Data);

/// <param name="Embedding">Numbers, or their base64.</param>
internal sealed record EmbeddingItem(string Object, int Index, JsonElement Embedding);

internal sealed record EmbeddingUsage(int PromptTokens, int TotalTokens);

internal sealed record EmbeddingList(
    string Object,
    IReadOnlyList<EmbeddingItem> Data,
    string Model,
    EmbeddingUsage Usage
);

internal sealed record Usage(int PromptTokens, int CompletionTokens, int TotalTokens);

/// <param name="Bytes">Null for completions, which don't tell them.</param>
internal sealed record TopLogprob(string Token, float Logprob, IReadOnlyList<int>? Bytes);

/// <param name="Logprob">Null for a prompt's first token, as TopLogprobs.</param>
/// <param name="Bytes">Null for completions.</param>
internal sealed record TokenLogprob(
    string Token,
    float? Logprob,
    IReadOnlyList<int>? Bytes,
    IReadOnlyList<TopLogprob>? TopLogprobs
)
{
    /// <summary>Gets where it begins in the answer's text, in UTF-16 units.</summary>
    [JsonIgnore]
    public int Offset { get; init; }
}

internal sealed record ChatLogprobs(IReadOnlyList<TokenLogprob> Content);

/// <summary>Holds log-probabilities in the completions endpoint's own, columnar shape.</summary>
internal sealed record TextLogprobs(
    IReadOnlyList<string> Tokens,
    IReadOnlyList<float?> TokenLogprobs,
    IReadOnlyList<Dictionary<string, float>?> TopLogprobs,
    IReadOnlyList<int> TextOffset
);

internal sealed record FunctionCall(string? Name, string Arguments);

/// <param name="Index">Null in whole answers.</param>
/// <param name="Id">Null but in a call's first piece, as Type.</param>
internal sealed record ToolCall(int? Index, string? Id, string? Type, FunctionCall Function);

/// <summary>Holds a piece of a message.</summary>
internal sealed record Message(string? Role, string? Content, IReadOnlyList<ToolCall>? ToolCalls = null)
{
    /// <summary>Gets what the model thought, under vLLM's newer name.</summary>
    public string? Reasoning { get; init; }

    /// <summary>Gets the same under the name that most clients read.</summary>
    public string? ReasoningContent => Reasoning;
}

/// <param name="Content">Null where there are calls alone.</param>
internal sealed record WholeMessage(
    string Role,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Content,
    IReadOnlyList<ToolCall>? ToolCalls
)
{
    /// <summary>Gets what the model thought, under vLLM's newer name.</summary>
    public string? Reasoning { get; init; }

    /// <summary>Gets the same under the name that most clients read.</summary>
    public string? ReasoningContent => Reasoning;
}

internal sealed record ChatChoice(
    int Index,
    WholeMessage Message,
    ChatLogprobs? Logprobs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? FinishReason
);

internal sealed record ChatChunkChoice(
    int Index,
    Message Delta,
    ChatLogprobs? Logprobs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? FinishReason
);

internal sealed record TextChoice(
    int Index,
    string Text,
    TextLogprobs? Logprobs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? FinishReason
);

internal sealed record ChatCompletion(
    string Id,
    string Object,
    long Created,
    string Model,
    IReadOnlyList<ChatChoice> Choices,
    Usage Usage
);

internal sealed record ChatChunk(
    string Id,
    string Object,
    long Created,
    string Model,
    IReadOnlyList<ChatChunkChoice> Choices,
    Usage? Usage
);

internal sealed record TextCompletion(
    string Id,
    string Object,
    long Created,
    string Model,
    IReadOnlyList<TextChoice> Choices,
    Usage? Usage
);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(ModelInfo))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(VersionInfo))]
[JsonSerializable(typeof(TokenList))]
[JsonSerializable(typeof(DetokenizedPrompt))]
[JsonSerializable(typeof(ChatCompletion))]
[JsonSerializable(typeof(ChatChunk))]
[JsonSerializable(typeof(TextCompletion))]
[JsonSerializable(typeof(EmbeddingList))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(float[]))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>
    /// Letters beyond ASCII travel as they are: escaped, an answer in Chinese would be twice as long.
    /// </summary>
    public static ApiJson Wire { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
