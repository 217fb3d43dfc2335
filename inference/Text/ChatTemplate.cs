using GemmaInference.Model;
using GemmaInference.Native;

namespace GemmaInference.Text;

/// <summary>
/// Renders conversations as token ids, as the chat templates of the hub's instruction-tuned files lay them out:
/// <c>&lt;bos&gt;(&lt;start_of_turn&gt;role\ncontent&lt;end_of_turn&gt;\n)*&lt;start_of_turn&gt;model\n</c>. Gemma 3
/// puts a system message before the first user turn; Gemma 1 and 2 have none. Gemma 4 has turns of its own.
/// </summary>
internal sealed class ChatTemplate
{
    private const string BosName = "<bos>";

    private readonly Tokenizer _tokenizer;
    private readonly ChatLayout _layout;
    private readonly TurnTokens _turn;

    /// <param name="hasChats">Whether there are conversations; prompts need none of their tokens.</param>
    /// <exception cref="InferenceException">The tokenizer lacks a token that conversations need.</exception>
    public ChatTemplate(Tokenizer tokenizer, ChatLayout layout, bool hasChats = true)
    {
        (_tokenizer, _layout, Bos) = (tokenizer, layout, tokenizer.Control(BosName));
        _turn = layout.Generation == Generation.Gemma4 ? TurnTokens.Gemma4 : TurnTokens.Former;
        EndOfTurn = tokenizer.MaybeControl(_turn.End);
        Marks = layout.Generation == Generation.Gemma4 ? new AnswerMarks(tokenizer) : null;
        if (!hasChats)
        {
            return;
        }

        string[] needed =
        [
            _turn.Start,
            _turn.End,
            .. layout.HasEmptyThought ? [TurnTokens.ChannelStart, TurnTokens.ChannelEnd] : Array.Empty<string>(),
        ];
        foreach (var name in needed)
        {
            _ = tokenizer.Control(name);
        }
    }

    /// <summary>Gets whether functions are told and called by tokens of their own.</summary>
    public bool HasOwnCalls => _layout.Generation == Generation.Gemma4;

    /// <summary>Gets whether the model can be told of functions.</summary>
    public bool TellsOfTools => !HasOwnCalls || (_layout.HasCalls && Marks!.HasCalls);

    /// <summary>Gets whether the model can be told to think.</summary>
    public bool CanThink =>
        _layout.HasThoughts
        && Marks is { ChannelStart: not null, ChannelEnd: not null }
        && _tokenizer.MaybeControl(TurnTokens.Think) is not null;

    /// <summary>Gets the tokens that answers are divided by; null where there are none.</summary>
    public AnswerMarks? Marks { get; }

    /// <summary>Gets the token that begins every prompt.</summary>
    public int Bos { get; }

    /// <summary>Gets the token that ends the model's turn; null where a tokenizer for prompts alone has none.</summary>
    public int? EndOfTurn { get; }

    /// <summary>Returns a chat's prompt; null where it takes more tokens than <paramref name="limit"/>.</summary>
    /// <exception cref="ChatTemplateException">Roles are unknown or don't alternate.</exception>
    public List<int>? Apply(Chat chat, int limit, ChatEnd end = ChatEnd.NewTurn)
    {
        var prompt = new PromptWriter(_tokenizer, limit).Control(BosName);
        if (_layout.Generation == Generation.Gemma4)
        {
            new Gemma4Turns(_layout).Write(prompt, chat, end);
        }
        else
        {
            WriteFormer(prompt, chat.Messages, end);
        }

        return prompt.End();
    }

    /// <summary>
    /// Returns a plain completion's prompt; null where it takes more tokens than <paramref name="limit"/>.
    /// </summary>
    /// <param name="withBos">Whether the text's beginning is marked, as models expect it.</param>
    public List<int>? Plain(string text, int limit, bool withBos = true) =>
        !withBos ? _tokenizer.EncodeWithin(text, limit)
        : _tokenizer.EncodeWithin(text, limit - 1) is { } ids ? [Bos, .. ids]
        : null;

    private void WriteFormer(PromptWriter prompt, IReadOnlyList<ChatMessage> messages, ChatEnd end)
    {
        var system = messages is [{ Role: "system" or "developer" } first, ..] ? first.Content : null;
        if (system is not null && _layout.Generation < Generation.Gemma3)
        {
            throw new ChatTemplateException(
                "this model has no system role; put the instruction into the first user message"
            );
        }

        var turns = system is null ? messages : [.. messages.Skip(1)];
        if (turns.Count == 0)
        {
            throw new ChatTemplateException("at least one user message is needed");
        }

        foreach (var (index, turn) in turns.Index())
        {
            var expected = index % 2 == 0 ? "user" : "assistant";
            if (turn.Role != expected)
            {
                throw new ChatTemplateException(
                    $"roles must alternate user, assistant, user, …; expected {expected}, found {turn.Role}"
                );
            }

            var content = turn.Content.Trim();
            var told = index == 0 && system is not null ? $"{system}\n\n{content}" : content;
            prompt.Control(_turn.Start).Text($"{(expected == "user" ? "user" : "model")}\n{told}");
            if (end != ChatEnd.OpenMessage || index != turns.Count - 1)
            {
                prompt.Control(_turn.End).Text("\n");
            }
        }

        if (end == ChatEnd.NewTurn)
        {
            prompt.Control(_turn.Start).Text("model\n");
        }
    }
}
