using GemmaInference.Model;

namespace GemmaInference.Text;

/// <summary>
/// Renders conversations as token ids, as the chat templates of the hub's instruction-tuned files lay them out:
/// <c>&lt;bos&gt;(&lt;start_of_turn&gt;role\ncontent&lt;end_of_turn&gt;\n)*&lt;start_of_turn&gt;model\n</c>. Gemma 3
/// puts a system message before the first user turn; Gemma 1 and 2 have none.
/// </summary>
internal sealed class ChatTemplate(Tokenizer tokenizer, Generation generation)
{
    private readonly int _bos = tokenizer.Control("<bos>");
    private readonly int _start = tokenizer.Control("<start_of_turn>");
    private readonly int _end = tokenizer.Control("<end_of_turn>");

    /// <summary>Gets the token that begins every prompt.</summary>
    public int Bos => _bos;

    /// <summary>Gets the token that ends the model's turn.</summary>
    public int EndOfTurn => _end;

    /// <summary>Returns a chat's prompt; null where it takes more tokens than <paramref name="limit"/>.</summary>
    /// <exception cref="ChatTemplateException">Roles are unknown or don't alternate.</exception>
    public List<int>? Apply(IReadOnlyList<ChatMessage> messages, int limit, ChatEnd end = ChatEnd.NewTurn)
    {
        var system = messages is [{ Role: "system" or "developer" } first, ..] ? first.Content : null;
        if (system is not null && generation != Generation.Gemma3)
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

        if (end == ChatEnd.NewTurn)
        {
            ids.Add(_start);
            ids.AddRange(tokenizer.Encode("model\n"));
        }

        return ids.Count <= limit ? ids : null;
    }

    /// <summary>
    /// Returns a plain completion's prompt; null where it takes more tokens than <paramref name="limit"/>.
    /// </summary>
    /// <param name="withBos">Whether the text's beginning is marked, as models expect it.</param>
    public List<int>? Plain(string text, int limit, bool withBos = true) =>
        !withBos ? tokenizer.EncodeWithin(text, limit)
        : tokenizer.EncodeWithin(text, limit - 1) is { } ids ? [_bos, .. ids]
        : null;

    private bool TryTurn(List<int> ids, string role, string content, bool isOpen, int limit)
    {
        ids.Add(_start);
        // In one piece, because merges may cross the line break.
        if (tokenizer.EncodeWithin($"{role}\n{content}", limit - ids.Count) is not { } text)
        {
            return false;
        }

        ids.AddRange(text);
        if (!isOpen)
        {
            ids.Add(_end);
            ids.AddRange(tokenizer.Encode("\n"));
        }

        return true;
    }
}
