using GemmaInference.Text;

namespace GemmaInference.Api.Requests;

/// <summary>Reads bodies of <c>/tokenize</c> and <c>/detokenize</c>, whose shapes are vLLM's.</summary>
internal static class TokenizeReader
{
    /// <param name="Model">Null for whichever is served.</param>
    /// <param name="Messages">The conversation; null where a prompt is given.</param>
    /// <param name="WithBos">Whether the beginning is marked; beside what the template marks itself.</param>
    /// <param name="WithNames">Whether each token's own letters are wanted.</param>
    internal sealed record Text(
        string? Model,
        string? Prompt,
        IReadOnlyList<ChatMessage>? Messages,
        ChatEnd End,
        bool WithBos,
        bool WithNames,
        IReadOnlyList<string> Ignored
    )
    {
        /// <summary>Gets what the model is told that it may call; null for nothing.</summary>
        public ToolSet? Tools { get; init; }

        /// <summary>Gets whether the model is told to think.</summary>
        public bool? Thinks { get; init; }
    }

    internal sealed record Tokens(string? Model, IReadOnlyList<int> Ids, IReadOnlyList<string> Ignored);

    /// <exception cref="ApiException">The body can't be used.</exception>
    public static Text ReadText(RequestFields fields)
    {
        var model = fields.Text("model");
        var prompt = fields.Text("prompt");
        var isChat = prompt is null && fields.Has("messages");
        var messages = isChat ? MessageReader.Read(fields) : null;
        if (prompt is null && messages is null)
        {
            throw fields.Expected("prompt", "a string, or 'messages' in its place");
        }

        var request = new Text(
            model,
            prompt,
            messages,
            messages is null ? ChatEnd.ClosedMessage : MessageReader.End(fields, messages),
            fields.Flag("add_special_tokens", fallback: messages is null),
            fields.Flag("return_token_strs"),
            fields.Unknown
        )
        {
            Tools = isChat ? ToolReader.Read(fields) : null,
            Thinks = isChat ? ThoughtReader.Read(fields) : null,
        };
        if (prompt is not null && fields.Has("messages"))
        {
            throw fields.Expected("messages", "nothing beside 'prompt'");
        }

        NeutralFields.TakeFromTokenize(fields);
        fields.Done();
        return request;
    }

    /// <exception cref="ApiException">The body can't be used.</exception>
    public static Tokens ReadTokens(RequestFields fields)
    {
        var model = fields.Text("model");
        var ids = fields.Take("tokens") is { } tokens
            ? fields.TokenIds("tokens", tokens, RequestLimits.MaxTokens)
            : throw fields.Expected("tokens", "a list of token ids");
        fields.Done();
        return new Tokens(model, ids, fields.Unknown);
    }
}
