using GemmaInference.Text;

namespace GemmaInference.Api.Requests;

/// <summary>Puts functions into the words of a conversation, for templates that have no place for them.</summary>
internal static class Conversation
{
    /// <summary>
    /// Writes calls as the model itself does, and makes turns of what functions returned, the messages of the role
    /// tool: one of the user's each, with what the user says to it. Tells the model in the user's first turn what it
    /// may call.
    /// </summary>
    /// <param name="tools">Null for nothing.</param>
    public static List<ChatMessage> Join(IEnumerable<ChatMessage> read, ToolSet? tools)
    {
        var messages = new List<ChatMessage>();
        var isResult = false;
        foreach (var message in read)
        {
            var role = message.Role == "tool" ? "user" : message.Role;
            var content = Content(message);
            if (isResult && role == "user")
            {
                messages[^1] = messages[^1] with { Content = $"{messages[^1].Content}\n{content}" };
            }
            else
            {
                messages.Add(new ChatMessage(role, content));
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

    /// <summary>Returns a message's words; what functions returned stands in the marks of vLLM's templates.</summary>
    private static string Content(ChatMessage message)
    {
        if (message.Role == "tool")
        {
            return $"<tool_response>\n{message.Content}\n</tool_response>";
        }

        var calls = message.Calls.Select(call => ToolSet.Write(call.Name, call.Arguments.GetRawText())).ToList();
        var written = calls.Count == 1 ? calls[0] : $"[{string.Join(", ", calls)}]";
        return calls.Count == 0 ? message.Content
            : message.Content.Trim().Length == 0 ? written
            : $"{message.Content.Trim()}\n{written}";
    }
}
