using System.Text;
using System.Text.Json.Nodes;
using GemmaInference.Api.Calls;
using GemmaInference.Api.Requests;

namespace GemmaInference.Api;

/// <summary>
/// Makes a response of an answer's pieces, and the events that tell of it meanwhile, in the shapes of OpenAI's API
/// reference. A call that was cut short is no part of the response: its status tells of it.
/// </summary>
internal sealed class ResponseWriter(string id, long created, string model, JsonObject echo)
{
    private readonly List<JsonObject> _output = [];
    private readonly StringBuilder _text = new();
    private string? _open;
    private string? _name;
    private string? _call;
    private bool _isThought;
    private int _thoughtTokens;
    private int _items;
    private int _sequence;
    private string _status = "in_progress";
    private JsonNode? _usage;

    /// <summary>Gets the events that come first.</summary>
    public IReadOnlyList<JsonObject> Begin() =>
        [Event("response.created", ("response", Response())), Event("response.in_progress", ("response", Response()))];

    /// <summary>Takes a piece of the answer; returns what is told of it.</summary>
    public IReadOnlyList<JsonObject> Add(ChoiceDelta delta)
    {
        var events = new List<JsonObject>();
        if (delta.Thought.Length > 0)
        {
            _thoughtTokens += delta.Tokens;
            AddThought(events, delta.Thought);
        }

        if (delta.Text.Length > 0)
        {
            if (_isThought)
            {
                CloseThought(events);
            }

            if (_open is null)
            {
                OpenMessage(events);
            }

            _text.Append(delta.Text);
            events.Add(Inside("response.output_text.delta", ("delta", delta.Text), ("logprobs", new JsonArray())));
        }

        foreach (var call in delta.Calls)
        {
            if (call.Id is not null)
            {
                OpenCall(events, call);
            }

            if (call.Arguments.Length > 0)
            {
                _text.Append(call.Arguments);
                events.Add(At("response.function_call_arguments.delta", ("delta", call.Arguments)));
            }

            if (call.IsLast)
            {
                CloseCall(events);
            }
        }

        if (delta.FinishReason is { } reason)
        {
            _status = reason == "length" ? "incomplete" : "completed";
        }

        return events;
    }

    /// <summary>Ends the response; returns what is told of it.</summary>
    public IReadOnlyList<JsonObject> End(int promptTokens, int tokens)
    {
        var events = new List<JsonObject>();
        if (_open is null && _output.Count == 0 && _items == 0)
        {
            OpenMessage(events);
        }

        if (_isThought)
        {
            CloseThought(events);
        }
        else if (_open is not null && _name is null)
        {
            CloseMessage(events);
        }

        _usage = new JsonObject
        {
            ["input_tokens"] = promptTokens,
            ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = 0 },
            ["output_tokens"] = tokens,
            ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = _thoughtTokens },
            ["total_tokens"] = promptTokens + tokens,
        };
        events.Add(Event($"response.{_status}", ("response", Response())));
        return events;
    }

    /// <summary>Makes the event of an answer that failed on its way.</summary>
    public JsonObject Failure(ErrorDetail error) =>
        Event("error", ("code", error.Code), ("message", error.Message), ("param", error.Param));

    /// <summary>Makes the response as it stands.</summary>
    public JsonObject Response() =>
        new()
        {
            ["id"] = id,
            ["object"] = "response",
            ["created_at"] = created,
            ["status"] = _status,
            ["error"] = null,
            ["incomplete_details"] =
                _status == "incomplete" ? new JsonObject { ["reason"] = "max_output_tokens" } : null,
            ["instructions"] = Echo("instructions"),
            ["max_output_tokens"] = Echo("max_output_tokens"),
            ["metadata"] = Echo("metadata") ?? new JsonObject(),
            ["model"] = model,
            ["output"] = new JsonArray([.. _output.Select(item => item.DeepClone())]),
            ["parallel_tool_calls"] = Echo("parallel_tool_calls") ?? true,
            ["previous_response_id"] = null,
            ["reasoning"] = Echo("reasoning"),
            ["store"] = false,
            ["temperature"] = Echo("temperature"),
            ["text"] = Format(),
            ["tool_choice"] = Echo("tool_choice") ?? "auto",
            ["tools"] = Echo("tools") ?? new JsonArray(),
            ["top_p"] = Echo("top_p"),
            ["truncation"] = "disabled",
            ["usage"] = _usage?.DeepClone(),
        };

    private JsonNode? Echo(string name) => echo[name]?.DeepClone();

    private JsonObject Format()
    {
        var text = Echo("text") as JsonObject ?? [];
        text["format"] ??= new JsonObject { ["type"] = "text" };
        return text;
    }

    private void AddThought(List<JsonObject> events, string thought)
    {
        // What is thought between what is said is an item of its own, and no part of the message.
        if (_open is not null && !_isThought && _name is null)
        {
            CloseMessage(events);
        }

        if (_open is null)
        {
            (_open, _name, _isThought) = ($"rs_{Guid.NewGuid():N}", null, true);
            _text.Clear();
            events.Add(Event("response.output_item.added", ("output_index", _items), ("item", Thought([]))));
            events.Add(Inside("response.content_part.added", ("part", ThoughtPart(""))));
        }

        _text.Append(thought);
        events.Add(Inside("response.reasoning_text.delta", ("delta", thought)));
    }

    private void CloseThought(List<JsonObject> events)
    {
        var text = _text.ToString();
        events.Add(Inside("response.reasoning_text.done", ("text", text)));
        events.Add(Inside("response.content_part.done", ("part", ThoughtPart(text))));
        Close(events, Thought(new JsonArray(ThoughtPart(text))));
        _isThought = false;
    }

    private void OpenMessage(List<JsonObject> events)
    {
        (_open, _name) = ($"msg_{Guid.NewGuid():N}", null);
        _text.Clear();
        events.Add(
            Event("response.output_item.added", ("output_index", _items), ("item", Message("in_progress", parts: [])))
        );
        events.Add(Inside("response.content_part.added", ("part", Part(""))));
    }

    private void CloseMessage(List<JsonObject> events)
    {
        var text = _text.ToString();
        var item = Message(_status == "incomplete" ? "incomplete" : "completed", new JsonArray(Part(text)));
        events.Add(Inside("response.output_text.done", ("text", text), ("logprobs", new JsonArray())));
        events.Add(Inside("response.content_part.done", ("part", Part(text))));
        Close(events, item);
    }

    private void OpenCall(List<JsonObject> events, ToolCallDelta call)
    {
        if (_isThought)
        {
            CloseThought(events);
        }
        else if (_open is not null)
        {
            CloseMessage(events);
        }

        (_open, _name, _call) = ($"fc_{Guid.NewGuid():N}", call.Name, call.Id);
        _text.Clear();
        events.Add(Event("response.output_item.added", ("output_index", _items), ("item", Call("in_progress"))));
    }

    private void CloseCall(List<JsonObject> events)
    {
        events.Add(At("response.function_call_arguments.done", ("name", _name), ("arguments", _text.ToString())));
        Close(events, Call("completed"));
    }

    private void Close(List<JsonObject> events, JsonObject item)
    {
        events.Add(Event("response.output_item.done", ("output_index", _items), ("item", item.DeepClone())));
        _output.Add(item);
        _items++;
        (_open, _name) = (null, null);
    }

    private JsonObject Message(string status, JsonArray parts) =>
        new()
        {
            ["id"] = _open,
            ["type"] = "message",
            ["status"] = status,
            ["role"] = "assistant",
            ["content"] = parts,
        };

    private JsonObject Call(string status) =>
        new()
        {
            ["id"] = _open,
            ["type"] = "function_call",
            ["status"] = status,
            ["call_id"] = _call,
            ["name"] = _name,
            ["arguments"] = _text.ToString(),
        };

    private JsonObject Thought(JsonArray parts) =>
        new()
        {
            ["id"] = _open,
            ["type"] = "reasoning",
            ["summary"] = new JsonArray(),
            ["content"] = parts,
        };

    private static JsonObject ThoughtPart(string text) => new() { ["type"] = "reasoning_text", ["text"] = text };

    private static JsonObject Part(string text) =>
        new()
        {
            ["type"] = "output_text",
            ["text"] = text,
            ["annotations"] = new JsonArray(),
        };

    private JsonObject Inside(string type, params (string Name, JsonNode? Value)[] fields) =>
        At(type, [("content_index", 0), .. fields]);

    private JsonObject At(string type, params (string Name, JsonNode? Value)[] fields) =>
        Event(type, [("item_id", _open), ("output_index", _items), .. fields]);

    private JsonObject Event(string type, params (string Name, JsonNode? Value)[] fields)
    {
        var value = new JsonObject { ["type"] = type, ["sequence_number"] = _sequence++ };
        foreach (var (name, field) in fields)
        {
            value[name] = field;
        }

        return value;
    }
}
