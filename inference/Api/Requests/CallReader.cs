using System.Text.Json;

namespace GemmaInference.Api.Requests;

/// <summary>Reads calls of functions in a conversation, and what they returned, as the model writes them.</summary>
internal static class CallReader
{
    /// <summary>Reads an assistant's <c>tool_calls</c>; null where it made none.</summary>
    /// <param name="ids">Takes the calls' ids.</param>
    public static string? Read(RequestFields message, HashSet<string> ids)
    {
        if (message.Take("tool_calls") is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw message.Expected("tool_calls", "a list of calls");
        }

        var calls = value
            .EnumerateArray()
            .Select((item, index) => One(message.Inside($"tool_calls[{index}]", item), ids))
            .ToList();
        return calls.Count switch
        {
            0 => null,
            1 => calls[0],
            _ => $"[{string.Join(", ", calls)}]",
        };
    }

    /// <summary>Returns what a function returned, in the marks by which vLLM's templates for Gemma 3 tell it.</summary>
    public static string Result(RequestFields message, string content, HashSet<string> ids)
    {
        return Result(message, "tool_call_id", content, ids);
    }

    /// <param name="name">The field that names the call.</param>
    public static string Result(RequestFields message, string name, string content, HashSet<string> ids)
    {
        var id = message.RequiredText(name);
        return ids.Contains(id)
            ? $"<tool_response>\n{content}\n</tool_response>"
            : throw message.Expected(name, "the id of a call that stands before it");
    }

    private static string One(RequestFields call, HashSet<string> ids)
    {
        ids.Add(call.RequiredText("id"));
        if ((call.Text("type") ?? "function") != "function")
        {
            throw call.Expected("type", "function");
        }

        var function = call.Inside("function", call.Take("function") ?? throw call.Expected("function", "an object"));
        var written = Write(function);
        _ = call.Whole("index", 0, int.MaxValue);
        function.Done();
        call.Done();
        return written;
    }

    /// <summary>Reads a call's name and arguments, and writes them as the model does.</summary>
    public static string Write(RequestFields function)
    {
        var name = function.RequiredText("name");
        return ToolReader.IsName(name)
            ? ToolSet.Write(name, Arguments(function))
            : throw function.Expected("name", "1 to 64 letters, digits, _ and -");
    }

    private static string Arguments(RequestFields function)
    {
        var text = function.RequiredText("arguments");
        try
        {
            using var document = JsonDocument.Parse(text.Trim().Length == 0 ? "{}" : text);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.GetRawText()
                : throw function.Expected("arguments", "a JSON object, written into a string");
        }
        catch (JsonException)
        {
            throw function.Expected("arguments", "a JSON object, written into a string");
        }
    }
}
