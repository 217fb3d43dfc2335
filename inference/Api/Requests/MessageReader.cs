using System.Text;
using System.Text.Json;
using GemmaInference.Text;

namespace GemmaInference.Api.Requests;

/// <summary>Reads conversations.</summary>
internal static class MessageReader
{
    public const int MaxMessages = 2048;

    /// <summary>
    /// Reads how a conversation's prompt ends, with the fields that vLLM has for it. An assistant's message that is the
    /// last is continued, unless a new turn is asked for.
    /// </summary>
    public static ChatEnd End(RequestFields fields, IReadOnlyList<ChatMessage> messages)
    {
        var isContinued = fields.Choice("continue_final_message");
        var isNew = fields.Choice("add_generation_prompt");
        var isAssistants = messages[^1].Role == "assistant";
        if (isContinued == true && !isAssistants)
        {
            throw fields.Expected("continue_final_message", "false where the last message isn't the assistant's");
        }

        if (isContinued == true && isNew == true)
        {
            throw fields.Expected("add_generation_prompt", "false where 'continue_final_message' is true");
        }

        return isContinued ?? (isAssistants && isNew is null) ? ChatEnd.OpenMessage
            : isNew ?? true ? ChatEnd.NewTurn
            : ChatEnd.ClosedMessage;
    }

    public static IReadOnlyList<ChatMessage> Read(RequestFields fields)
    {
        if (
            fields.Take("messages") is not { ValueKind: JsonValueKind.Array } value
            || value.GetArrayLength() is 0 or > MaxMessages
        )
        {
            throw fields.Expected("messages", $"a list of 1 to {MaxMessages} messages");
        }

        var calls = new Dictionary<string, string>(StringComparer.Ordinal);
        return
        [
            .. value
                .EnumerateArray()
                .Select((item, index) => OneMessage(fields.Inside($"messages[{index}]", item), calls)),
        ];
    }

    /// <param name="calls">The functions of all calls so far, by the calls' ids.</param>
    private static ChatMessage OneMessage(RequestFields fields, Dictionary<string, string> calls)
    {
        var role = fields.RequiredText("role");
        if (role is not ("system" or "developer" or "user" or "assistant" or "tool"))
        {
            throw fields.Expected("role", "system, developer, user, assistant or tool");
        }

        if (role != "assistant" && fields.Take("tool_calls") is not null)
        {
            throw fields.Expected("tool_calls", "none but in messages of the assistant");
        }

        var called = role == "assistant" ? CallReader.Read(fields, calls) : [];
        var content = fields.Take("content") switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString()!,
            { ValueKind: JsonValueKind.Array } parts => Parts(parts, fields, isTrimmed: role is "user" or "assistant"),
            null when called.Count > 0 => "",
            _ => throw fields.Expected("content", "a string or a list of text parts"),
        };
        var message = new ChatMessage(role, content)
        {
            Calls = called,
            ResultOf = role == "tool" ? CallReader.Called(fields, "tool_call_id", calls) : null,
            Thought = Thought(fields),
        };
        NeutralFields.TakeFromMessage(fields);
        fields.Done();
        return message;
    }

    /// <summary>Reads what the model thought, by either of the names that servers give it.</summary>
    private static string? Thought(RequestFields fields)
    {
        var (content, reasoning) = (fields.Text("reasoning_content"), fields.Text("reasoning"));
        return reasoning ?? content;
    }

    /// <summary>Joins the parts of a message as Gemma 3's own template does: those of a turn are trimmed.</summary>
    public static string Parts(JsonElement parts, RequestFields fields, bool isTrimmed, params string[] types)
    {
        var text = new StringBuilder();
        foreach (var (index, element) in parts.EnumerateArray().Index())
        {
            var part = fields.Inside($"content[{index}]", element);
            if (part.RequiredText("type") is var type && type != "text" && !types.Contains(type))
            {
                throw part.Expected("type", "text; this server reads no images or audio");
            }

            var content = part.RequiredText("text");
            text.Append(isTrimmed ? content.Trim() : content);
            // What an answer had beside its text, sent back.
            _ = part.Take("annotations");
            _ = part.Take("logprobs");
            part.Done();
        }

        return text.ToString();
    }
}
