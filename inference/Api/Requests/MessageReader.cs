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

    /// <param name="tools">What the model is told that it may call; null for nothing.</param>
    public static IReadOnlyList<ChatMessage> Read(RequestFields fields, ToolSet? tools = null)
    {
        if (
            fields.Take("messages") is not { ValueKind: JsonValueKind.Array } value
            || value.GetArrayLength() is 0 or > MaxMessages
        )
        {
            throw fields.Expected("messages", $"a list of 1 to {MaxMessages} messages");
        }

        var calls = new HashSet<string>(StringComparer.Ordinal);
        return Conversation.Join(
            value
                .EnumerateArray()
                .Select((item, index) => OneMessage(fields.Inside($"messages[{index}]", item), calls)),
            tools
        );
    }

    /// <param name="calls">The ids of all calls so far.</param>
    private static ChatMessage OneMessage(RequestFields fields, HashSet<string> calls)
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

        var called = role == "assistant" ? CallReader.Read(fields, calls) : null;
        var content = fields.Take("content") switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString()!,
            { ValueKind: JsonValueKind.Array } parts => Parts(parts, fields, isTrimmed: role is "user" or "assistant"),
            null when called is not null => "",
            _ => throw fields.Expected("content", "a string or a list of text parts"),
        };
        if (role == "tool")
        {
            content = CallReader.Result(fields, content, calls);
        }

        NeutralFields.TakeFromMessage(fields);
        fields.Done();
        return new ChatMessage(
            role,
            called is null ? content
                : content.Trim().Length == 0 ? called
                : $"{content.Trim()}\n{called}"
        );
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
