using System.Text.Json;
using GemmaInference.Text;

namespace GemmaInference.Api.Requests;

/// <summary>Reads calls of functions in a conversation, and which of them a result belongs to.</summary>
internal static class CallReader
{
    /// <summary>Reads an assistant's <c>tool_calls</c>; none where it made none.</summary>
    /// <param name="ids">Takes the functions by the calls' ids.</param>
    public static IReadOnlyList<ChatCall> Read(RequestFields message, Dictionary<string, string> ids)
    {
        if (message.Take("tool_calls") is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw message.Expected("tool_calls", "a list of calls");
        }

        return
        [
            .. value.EnumerateArray().Select((item, index) => One(message.Inside($"tool_calls[{index}]", item), ids)),
        ];
    }

    /// <summary>Returns the function whose call a result names.</summary>
    /// <param name="name">The field that names the call.</param>
    public static string Called(RequestFields message, string name, Dictionary<string, string> ids) =>
        ids.TryGetValue(message.RequiredText(name), out var called)
            ? called
            : throw message.Expected(name, "the id of a call that stands before it");

    private static ChatCall One(RequestFields call, Dictionary<string, string> ids)
    {
        var id = call.RequiredText("id");
        if ((call.Text("type") ?? "function") != "function")
        {
            throw call.Expected("type", "function");
        }

        var function = call.Inside("function", call.Take("function") ?? throw call.Expected("function", "an object"));
        var read = Read(function);
        ids[id] = read.Name;
        _ = call.Whole("index", 0, int.MaxValue);
        function.Done();
        call.Done();
        return read;
    }

    /// <summary>Reads a call's name and arguments.</summary>
    public static ChatCall Read(RequestFields function)
    {
        var name = function.RequiredText("name");
        return ToolReader.IsName(name)
            ? new ChatCall(name, Arguments(function))
            : throw function.Expected("name", "1 to 64 letters, digits, _ and -");
    }

    private static JsonElement Arguments(RequestFields function)
    {
        var text = function.RequiredText("arguments");
        try
        {
            using var document = JsonDocument.Parse(text.Trim().Length == 0 ? "{}" : text);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw function.Expected("arguments", "a JSON object, written into a string");
            }

            FormatReader.CheckText(document.RootElement);
            return document.RootElement.Clone();
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException or ArgumentException)
        {
            throw function.Expected("arguments", "a JSON object, written into a string");
        }
    }
}
