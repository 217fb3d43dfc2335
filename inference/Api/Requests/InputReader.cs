using System.Text.Json;
using GemmaInference.Text;

namespace GemmaInference.Api.Requests;

/// <summary>Reads the input of a response: a text, or messages, calls of functions and what they returned.</summary>
internal static class InputReader
{
    /// <param name="instructions">What comes before all else; null for nothing.</param>
    /// <exception cref="ApiException">An item can't be used.</exception>
    public static IReadOnlyList<ChatMessage> Read(RequestFields fields, string? instructions, ToolSet? tools)
    {
        var input = fields.Take("input");
        IEnumerable<ChatMessage> messages = input switch
        {
            { ValueKind: JsonValueKind.String } text => [new ChatMessage("user", text.GetString()!)],
            { ValueKind: JsonValueKind.Array } items
                when items.GetArrayLength() is > 0 and <= MessageReader.MaxMessages => Items(fields, items),
            _ => throw fields.Expected("input", $"a string, or a list of 1 to {MessageReader.MaxMessages} items"),
        };
        if (!string.IsNullOrWhiteSpace(instructions))
        {
            messages = Instruct(instructions, [.. messages]);
        }

        return Conversation.Join(messages, tools);
    }

    /// <summary>Puts instructions before the conversation, into its one system message.</summary>
    private static IEnumerable<ChatMessage> Instruct(string instructions, List<ChatMessage> messages) =>
        messages[0].Role is "system" or "developer"
            ? [messages[0] with { Content = $"{instructions}\n\n{messages[0].Content}" }, .. messages[1..]]
            : [new ChatMessage("system", instructions), .. messages];

    private static List<ChatMessage> Items(RequestFields fields, JsonElement items)
    {
        var messages = new List<ChatMessage>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var calls = new List<string>();
        foreach (var (index, element) in items.EnumerateArray().Index())
        {
            var item = fields.Inside($"input[{index}]", element);
            var type = item.Text("type") ?? "message";
            if (type == "function_call")
            {
                ids.Add(item.RequiredText("call_id"));
                calls.Add(CallReader.Write(item));
            }
            else if (type != "reasoning")
            {
                Close(messages, calls);
                messages.Add(
                    type switch
                    {
                        "message" => Message(item),
                        "function_call_output" => new ChatMessage(
                            "tool",
                            CallReader.Result(item, "call_id", Content(item, "output", isTrimmed: false), ids)
                        ),
                        _ => throw item.Expected(
                            "type",
                            "message, function_call, function_call_output or reasoning; nothing is stored here that "
                                + "could be referred to"
                        ),
                    }
                );
            }

            Rest(item, type);
        }

        Close(messages, calls);
        return messages.Count > 0 ? messages : throw fields.Expected("input", "a message at least");
    }

    /// <summary>Gives what was called to the assistant's turn.</summary>
    private static void Close(List<ChatMessage> messages, List<string> calls)
    {
        if (calls.Count == 0)
        {
            return;
        }

        var written = calls.Count == 1 ? calls[0] : $"[{string.Join(", ", calls)}]";
        calls.Clear();
        if (messages is [.., { Role: "assistant" } last])
        {
            messages[^1] = last with { Content = $"{last.Content.Trim()}\n{written}" };
        }
        else
        {
            messages.Add(new ChatMessage("assistant", written));
        }
    }

    private static ChatMessage Message(RequestFields item)
    {
        var role = item.RequiredText("role");
        return role is "system" or "developer" or "user" or "assistant"
            ? new ChatMessage(role, Content(item, "content", isTrimmed: role is "user" or "assistant"))
            : throw item.Expected("role", "system, developer, user or assistant");
    }

    private static string Content(RequestFields item, string name, bool isTrimmed) =>
        item.Take(name) switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString()!,
            { ValueKind: JsonValueKind.Array } parts => MessageReader.Parts(
                parts,
                item,
                isTrimmed,
                "input_text",
                "output_text"
            ),
            _ => throw item.Expected(name, "a string or a list of text parts"),
        };

    /// <summary>Takes what items have that comes from an earlier answer, and says nothing new.</summary>
    private static void Rest(RequestFields item, string type)
    {
        foreach (var name in (ReadOnlySpan<string>)["id", "status", "phase"])
        {
            _ = item.Text(name);
        }

        if (type == "reasoning")
        {
            foreach (var name in (ReadOnlySpan<string>)["summary", "content", "encrypted_content"])
            {
                _ = item.Take(name);
            }
        }

        item.Done();
    }
}
