using GemmaInference.Model;
using GemmaInference.Native;

namespace GemmaInference.Text;

/// <summary>
/// Renders conversations as token ids, as the chat templates of the hub's instruction-tuned files lay them out:
/// <c>&lt;bos&gt;(&lt;start_of_turn&gt;role\ncontent&lt;end_of_turn&gt;\n)*&lt;start_of_turn&gt;model\n</c>. Gemma 3
/// puts a system message before the first user turn; Gemma 1 and 2 have none. Gemma 4 has other tokens, and a turn for
/// the system; who speaks when is free there.
/// </summary>
internal sealed class ChatTemplate
{
    private readonly Tokenizer _tokenizer;
    private readonly Generation _generation;
    private readonly int _bos;
    private readonly int _start;
    private readonly int _end;
    private readonly List<int> _opening;

    /// <param name="hasEmptyThought">Whether the model's turn begins with a thought of nothing (Gemma 4).</param>
    /// <exception cref="InferenceException">The tokenizer lacks a token that conversations need.</exception>
    public ChatTemplate(Tokenizer tokenizer, Generation generation, bool hasEmptyThought = false)
    {
        (_tokenizer, _generation, _bos) = (tokenizer, generation, tokenizer.Control("<bos>"));
        var turn = generation == Generation.Gemma4 ? TurnTokens.Gemma4 : TurnTokens.Former;
        (_start, _end) = (tokenizer.Control(turn.Start), tokenizer.Control(turn.End));
        List<int> opening = [_start, .. tokenizer.Encode("model\n")];
        _opening = hasEmptyThought
            ?
            [
                .. opening,
                tokenizer.Control(TurnTokens.ChannelStart),
                .. tokenizer.Encode("thought\n"),
                tokenizer.Control(TurnTokens.ChannelEnd),
            ]
            : opening;
    }

    /// <summary>Gets whether functions have a form of their own in conversations, which isn't rendered here.</summary>
    public bool HasOwnCalls => _generation == Generation.Gemma4;

    /// <summary>Gets the token that begins every prompt.</summary>
    public int Bos => _bos;

    /// <summary>Gets the token that ends the model's turn.</summary>
    public int EndOfTurn => _end;

    /// <summary>Returns a chat's prompt; null where it takes more tokens than <paramref name="limit"/>.</summary>
    /// <exception cref="ChatTemplateException">Roles are unknown or don't alternate.</exception>
    public List<int>? Apply(IReadOnlyList<ChatMessage> messages, int limit, ChatEnd end = ChatEnd.NewTurn)
    {
        var system = messages is [{ Role: "system" or "developer" } first, ..] ? first.Content : null;
        if (system is not null && _generation < Generation.Gemma3)
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

        List<int> ids = [_bos];
        if (_generation == Generation.Gemma4)
        {
            return Free(ids, system, turns, end, limit);
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
            if (index == 0 && system is not null)
            {
                content = $"{system}\n\n{content}";
            }

            var isOpen = end == ChatEnd.OpenMessage && index == turns.Count - 1;
            if (!TryTurn(ids, expected == "user" ? "user" : "model", content, isOpen, limit))
            {
                return null;
            }
        }

        return Open(ids, end, limit);
    }

    /// <summary>
    /// Returns a plain completion's prompt; null where it takes more tokens than <paramref name="limit"/>.
    /// </summary>
    /// <param name="withBos">Whether the text's beginning is marked, as models expect it.</param>
    public List<int>? Plain(string text, int limit, bool withBos = true) =>
        !withBos ? _tokenizer.EncodeWithin(text, limit)
        : _tokenizer.EncodeWithin(text, limit - 1) is { } ids ? [_bos, .. ids]
        : null;

    /// <summary>Lays turns out as they come; what models thought before is left out.</summary>
    private List<int>? Free(List<int> ids, string? system, IReadOnlyList<ChatMessage> turns, ChatEnd end, int limit)
    {
        if (system is not null && !TryTurn(ids, "system", system.Trim(), isOpen: false, limit))
        {
            return null;
        }

        foreach (var (index, turn) in turns.Index())
        {
            if (turn.Role is not ("user" or "assistant"))
            {
                throw new ChatTemplateException(
                    $"a message of the role {turn.Role} can only be the first; expected user or assistant"
                );
            }

            var isOpen = end == ChatEnd.OpenMessage && index == turns.Count - 1;
            var (role, content) =
                turn.Role == "user" ? ("user", turn.Content.Trim()) : ("model", WithoutThoughts(turn.Content));
            if (!TryTurn(ids, role, content, isOpen, limit))
            {
                return null;
            }
        }

        return Open(ids, end, limit);
    }

    private List<int>? Open(List<int> ids, ChatEnd end, int limit)
    {
        if (end == ChatEnd.NewTurn)
        {
            ids.AddRange(_opening);
        }

        return ids.Count <= limit ? ids : null;
    }

    /// <summary>Leaves out each stretch from a channel's beginning to its end, as the hub's template does.</summary>
    private static string WithoutThoughts(string text) =>
        string.Concat(
                text.Split(TurnTokens.ChannelEnd)
                    .Select(part => part.Split(TurnTokens.ChannelStart, 2, StringSplitOptions.None)[0])
            )
            .Trim();

    private bool TryTurn(List<int> ids, string role, string content, bool isOpen, int limit)
    {
        ids.Add(_start);
        // In one piece, because merges may cross the line break.
        if (_tokenizer.EncodeWithin($"{role}\n{content}", limit - ids.Count) is not { } text)
        {
            return false;
        }

        ids.AddRange(text);
        if (!isOpen)
        {
            ids.Add(_end);
            ids.AddRange(_tokenizer.Encode("\n"));
        }

        return true;
    }
}
