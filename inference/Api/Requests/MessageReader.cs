using System.Text;
using System.Text.Json;
using GemmaInference.Text;

namespace GemmaInference.Api.Requests;

/// <summary>Reads conversations.</summary>
internal static class MessageReader
{
    private const int MaxMessages = 2048;

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

        return
        [
            .. value.EnumerateArray().Select((item, index) => OneMessage(fields.Inside($"messages[{index}]", item))),
        ];
    }

    private static ChatMessage OneMessage(RequestFields fields)
    {
        var role = fields.RequiredText("role");
        if (role is "tool" or "function")
        {
            throw fields.Expected("role", "system, developer, user or assistant; this server has no tools");
        }

        if (role is not ("system" or "developer" or "user" or "assistant"))
        {
            throw fields.Expected("role", "system, developer, user or assistant");
        }

        var content = fields.Take("content") switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString()!,
            { ValueKind: JsonValueKind.Array } parts => Parts(parts, fields, isTrimmed: role is "user" or "assistant"),
            _ => throw fields.Expected("content", "a string or a list of text parts"),
        };
        NeutralFields.TakeFromMessage(fields);
        fields.Done();
        return new ChatMessage(role, content);
    }

    /// <summary>Joins the parts of a message as Gemma 3's own template does: those of a turn are trimmed.</summary>
    private static string Parts(JsonElement parts, RequestFields fields, bool isTrimmed)
    {
        var text = new StringBuilder();
        foreach (var (index, element) in parts.EnumerateArray().Index())
        {
            var part = fields.Inside($"content[{index}]", element);
            if (part.RequiredText("type") != "text")
            {
                throw part.Expected("type", "text; this server reads no images or audio");
            }

            var content = part.RequiredText("text");
            text.Append(isTrimmed ? content.Trim() : content);
            part.Done();
        }

        return text.ToString();
    }
}
