using System.Text.Json;
using GemmaInference.Text;

namespace GemmaInference.Api.Requests;

/// <summary>Reads the input of a response: a text, or messages, calls of functions and what they returned.</summary>
internal static class InputReader
{
    /// <param name="instructions">What comes before all else; null for nothing.</param>
    /// <exception cref="ApiException">An item can't be used.</exception>
    public static IReadOnlyList<ChatMessage> Read(RequestFields fields, string? instructions)
    {
        var input = fields.Take("input");
        IEnumerable<ChatMessage> messages = input switch
        {
            { ValueKind: JsonValueKind.String } text => [new ChatMessage("user", text.GetString()!)],
            { ValueKind: JsonValueKind.Array } items
                when items.GetArrayLength() is > 0 and <= MessageReader.MaxMessages => Items(fields, items),
            _ => throw fields.Expected("input", $"a string, or a list of 1 to {MessageReader.MaxMessages} items"),
        };
        return string.IsNullOrWhiteSpace(instructions) ? [.. messages] : [.. Instruct(instructions, [.. messages])];
    }

    /// <summary>Puts instructions before the conversation, into its one system message.</summary>
    private static IEnumerable<ChatMessage> Instruct(string instructions, List<ChatMessage> messages) =>
        messages[0].Role is "system" or "developer"
            ? [messages[0] with { Content = $"{instructions}\n\n{messages[0].Content}" }, .. messages[1..]]
            : [new ChatMessage("system", instructions), .. messages];

    private static List<ChatMessage> Items(RequestFields fields, JsonElement items)
    {
        var messages = new List<ChatMessage>();
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        var calls = new List<ChatCall>();
        string? thought = null;
        foreach (var (index, element) in items.EnumerateArray().Index())
        {
            var item = fields.Inside($"input[{index}]", element);
            var type = item.Text("type") ?? "message";
            if (type == "function_call")
            {
                var id = item.RequiredText("call_id");
                calls.Add(CallReader.Read(item));
                ids[id] = calls[^1].Name;
            }
            else if (type == "reasoning")
            {
                thought = Thought(item);
            }
            else
            {
                var isUsed = calls.Count > 0;
                Close(messages, calls, thought);
                messages.Add(
                    type switch
                    {
                        "message" => Message(item),
                        "function_call_output" => new ChatMessage("tool", Content(item, "output", isTrimmed: false))
                        {
                            ResultOf = CallReader.Called(item, "call_id", ids),
                        },
                        _ => throw item.Expected(
                            "type",
                            "message, function_call, function_call_output or reasoning; nothing is stored here that "
                                + "could be referred to"
                        ),
                    }
                );
                // Text may stand between a thought and the calls that it led to.
                thought = isUsed || messages[^1].Role != "assistant" ? null : thought;
            }

            Rest(item, type);
        }

        Close(messages, calls, thought);
        return messages.Count > 0 ? messages : throw fields.Expected("input", "a message at least");
    }

    /// <summary>Gives what was called to the assistant's turn.</summary>
    private static void Close(List<ChatMessage> messages, List<ChatCall> calls, string? thought)
    {
        if (calls.Count == 0)
        {
            return;
        }

        if (messages is not [.., { Role: "assistant" }])
        {
            messages.Add(new ChatMessage("assistant", ""));
        }

        messages[^1] = messages[^1] with { Calls = [.. messages[^1].Calls, .. calls], Thought = thought };
        calls.Clear();
    }

    /// <summary>Reads what the model thought; null where that isn't told.</summary>
    private static string? Thought(RequestFields item)
    {
        if (item.Take("content") is not { ValueKind: JsonValueKind.Array } parts)
        {
            return null;
        }

        var texts = parts
            .EnumerateArray()
            .Where(part => part.ValueKind == JsonValueKind.Object)
            .Select(part => part.TryGetProperty("text", out var text) ? text : default)
            .Where(text => text.ValueKind == JsonValueKind.String);
        return string.Concat(texts.Select(text => text.GetString()));
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
