using GemmaInference.Api.Calls;

namespace GemmaInference.Api;

/// <summary>Answers and stream chunks of both endpoints, from the same pieces.</summary>
internal sealed record ResponseShapes(bool IsChat, string Id, long Created, string Model, bool WithLogprobs)
{
    /// <summary>Makes a whole answer, ready to be serialised.</summary>
    public object Whole(IReadOnlyList<CollectedChoice> choices, Usage usage) =>
        IsChat
            ? new ChatCompletion(
                Id,
                "chat.completion",
                Created,
                Model,
                [
                    .. choices.Select(choice => new ChatChoice(
                        choice.Index,
                        Whole(choice),
                        Chat(choice.Logprobs),
                        choice.FinishReason
                    )),
                ],
                usage
            )
            : new TextCompletion(
                Id,
                "text_completion",
                Created,
                Model,
                [
                    .. choices.Select(choice => new TextChoice(
                        choice.Index,
                        choice.Text,
                        Columns(choice.Logprobs),
                        choice.FinishReason
                    )),
                ],
                usage
            );

    /// <summary>Makes the first chunk of a chat choice, which names the role.</summary>
    public object Opening(int index) =>
        new ChatChunk(
            Id,
            "chat.completion.chunk",
            Created,
            Model,
            [new ChatChunkChoice(index, new Message("assistant", ""), null, null)],
            null
        );

    /// <summary>Makes a chunk of one choice's answer.</summary>
    public object Chunk(ChoiceDelta delta) =>
        IsChat
            ? new ChatChunk(
                Id,
                "chat.completion.chunk",
                Created,
                Model,
                [
                    new ChatChunkChoice(
                        delta.Index,
                        new Message(
                            null,
                            delta.Text.Length == 0
                            && (delta.FinishReason is not null || delta.Calls.Count > 0 || delta.Thought.Length > 0)
                                ? null
                                : delta.Text,
                            Pieces(delta.Calls)
                        )
                        {
                            Reasoning = delta.Thought.Length == 0 ? null : delta.Thought,
                        },
                        Chat(delta.Logprobs),
                        delta.FinishReason
                    ),
                ],
                null
            )
            : new TextCompletion(
                Id,
                "text_completion",
                Created,
                Model,
                [new TextChoice(delta.Index, delta.Text, Columns(delta.Logprobs), delta.FinishReason)],
                null
            );

    /// <summary>Makes the last chunk, which has no choices.</summary>
    public object UsageChunk(Usage usage) =>
        IsChat
            ? new ChatChunk(Id, "chat.completion.chunk", Created, Model, [], usage)
            : new TextCompletion(Id, "text_completion", Created, Model, [], usage);

    private static WholeMessage Whole(CollectedChoice choice) =>
        new(
            "assistant",
            choice.Calls.Count > 0 && choice.Text.Length == 0 ? null : choice.Text,
            choice.Calls.Count == 0
                ? null
                :
                [
                    .. choice.Calls.Select(call => new ToolCall(
                        null,
                        call.Id,
                        "function",
                        new FunctionCall(call.Name, call.Arguments)
                    )),
                ]
        )
        {
            Reasoning = choice.Thought,
        };

    private static IReadOnlyList<ToolCall>? Pieces(IReadOnlyList<ToolCallDelta> calls) =>
        calls.Count == 0
            ? null
            :
            [
                .. calls.Select(call => new ToolCall(
                    call.Index,
                    call.Id,
                    call.Id is null ? null : "function",
                    new FunctionCall(call.Name, call.Arguments)
                )),
            ];

    private ChatLogprobs? Chat(IReadOnlyList<TokenLogprob> logprobs) =>
        WithLogprobs ? new ChatLogprobs(logprobs) : null;

    private TextLogprobs? Columns(IReadOnlyList<TokenLogprob> logprobs) =>
        WithLogprobs
            ? new TextLogprobs(
                [.. logprobs.Select(token => token.Token)],
                [.. logprobs.Select(token => token.Logprob)],
                [
                    .. logprobs.Select(token =>
                        token
                            .TopLogprobs?.DistinctBy(top => top.Token)
                            .ToDictionary(top => top.Token, top => top.Logprob)
                    ),
                ],
                [.. logprobs.Select(token => token.Offset)]
            )
            : null;
}
