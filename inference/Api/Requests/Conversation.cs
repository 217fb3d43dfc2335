using GemmaInference.Text;

namespace GemmaInference.Api.Requests;

/// <summary>Lays out calls of functions in a conversation, for templates that have no place for them.</summary>
internal static class Conversation
{
    /// <summary>
    /// Makes turns of what functions returned, the messages of the role tool: one of the user's each, with what the
    /// user says to it. Tells the model in the user's first turn what it may call.
    /// </summary>
    /// <param name="tools">Null for nothing.</param>
    public static List<ChatMessage> Join(IEnumerable<ChatMessage> read, ToolSet? tools)
    {
        var messages = new List<ChatMessage>();
        var isResult = false;
        foreach (var message in read)
        {
            var role = message.Role == "tool" ? "user" : message.Role;
            if (isResult && role == "user")
            {
                messages[^1] = messages[^1] with { Content = $"{messages[^1].Content}\n{message.Content}" };
            }
            else
            {
                messages.Add(message with { Role = role });
            }

            isResult = message.Role == "tool" || (isResult && role == "user");
        }

        var first = messages.FindIndex(message => message.Role == "user");
        if (tools is not null && first >= 0)
        {
            messages[first] = messages[first] with { Content = $"{tools.Prompt}\n\n{messages[first].Content.Trim()}" };
        }

        return messages;
    }
}
