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
                        new Message("assistant", choice.Text),
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
                        new Message(null, delta.Text.Length == 0 && delta.FinishReason is not null ? null : delta.Text),
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
