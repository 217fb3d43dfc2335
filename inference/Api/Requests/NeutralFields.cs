using System.Text.Json;

namespace GemmaInference.Api.Requests;

/// <summary>
/// Accepts known fields that this server doesn't act on, as long as their values ask for nothing: clients send them by
/// habit, and refusing them would help nobody. Refuses any other value, which would change the answer, naming the
/// field. Sources: OpenAI's API reference, vLLM's protocol.
/// </summary>
internal static class NeutralFields
{
    /// <summary>
    /// Holds the fields that carry the caller's own names and notes, with the kind of JSON value that each takes; they
    /// change no answer, whatever they say.
    /// </summary>
    private static readonly Dictionary<string, JsonValueKind> Notes = new(StringComparer.Ordinal)
    {
        ["user"] = JsonValueKind.String,
        ["safety_identifier"] = JsonValueKind.String,
        ["prompt_cache_key"] = JsonValueKind.String,
        ["metadata"] = JsonValueKind.Object,
        // How hard a model thinks (of chats: whether), how much it says, and who pays: there are no such settings.
        ["reasoning_effort"] = JsonValueKind.String,
        ["verbosity"] = JsonValueKind.String,
        ["service_tier"] = JsonValueKind.String,
    };

    private static readonly Dictionary<string, string[]> Values = new(StringComparer.Ordinal)
    {
        ["tools"] = ["[]"],
        ["tool_choice"] = ["\"none\"", "\"auto\""],
        ["parallel_tool_calls"] = ["true", "false"],
        ["functions"] = ["[]"],
        ["function_call"] = ["\"none\"", "\"auto\""],
        ["modalities"] = ["[\"text\"]"],
        // Nothing is stored, whoever asks for it.
        ["store"] = ["true", "false"],
        ["audio"] = [],
        ["guided_regex"] = [],
        ["guided_choice"] = [],
        ["guided_grammar"] = [],
        ["chat_template"] = [],
        ["documents"] = ["[]"],
        ["allowed_token_ids"] = [],
        ["logits_processors"] = ["[]"],
        ["prompt_logprobs"] = [],
        ["truncate_prompt_tokens"] = [],
        ["best_of"] = ["1"],
        // Of chats: completions have both.
        ["echo"] = ["false"],
        ["add_special_tokens"] = ["false"],
        ["suffix"] = ["\"\""],
        ["length_penalty"] = ["1"],
        ["use_beam_search"] = ["false"],
        ["skip_special_tokens"] = ["true"],
        ["spaces_between_special_tokens"] = ["true"],
        ["include_stop_str_in_output"] = ["false"],
        ["bad_words"] = ["[]"],
    };

    /// <summary>
    /// Holds the neutral values of fields that assistant messages carry when a client sends them back unchanged.
    /// </summary>
    private static readonly Dictionary<string, string[]> OfMessages = new(StringComparer.Ordinal)
    {
        ["audio"] = [],
        ["function_call"] = [],
        ["annotations"] = ["[]"],
    };

    private static readonly Dictionary<string, string[]> OfStreams = new(StringComparer.Ordinal)
    {
        ["include_obfuscation"] = ["false"],
        ["continuous_usage_stats"] = ["false"],
    };

    private static readonly Dictionary<string, string[]> OfTokenize = new(StringComparer.Ordinal)
    {
        ["chat_template"] = [],
        ["tools"] = ["[]"],
    };

    private static readonly Dictionary<string, string[]> OfResponses = new(StringComparer.Ordinal)
    {
        ["store"] = ["true", "false"],
        ["background"] = ["false"],
        ["truncation"] = ["\"disabled\""],
        ["include"] = ["[]", "[\"reasoning.encrypted_content\"]"],
        ["top_logprobs"] = ["0"],
        ["previous_response_id"] = [],
        ["conversation"] = [],
        ["prompt"] = [],
        ["max_tool_calls"] = [],
    };

    /// <exception cref="ApiException">A field asks for something that the server can't do.</exception>
    public static void TakeFromRequest(RequestFields fields)
    {
        TakeNotes(fields);
        Take(fields, Values);
    }

    /// <exception cref="ApiException">A field asks for something that the server can't do.</exception>
    public static void TakeFromResponse(RequestFields fields)
    {
        TakeNotes(fields);
        if (fields.Take("stream_options") is { } value)
        {
            var options = fields.Inside("stream_options", value);
            TakeFromStreamOptions(options);
            options.Done();
        }

        Take(fields, OfResponses);
    }

    public static void TakeFromTokenize(RequestFields fields) => Take(fields, OfTokenize);

    /// <exception cref="ApiException">A field asks for something that the server can't do.</exception>
    public static void TakeFromEmbeddings(RequestFields fields) => TakeNotes(fields);

    public static void TakeFromMessage(RequestFields fields)
    {
        // Gemma's templates have no place for names, nor for what a model refused before.
        foreach (var name in (ReadOnlySpan<string>)["name", "refusal"])
        {
            _ = fields.Text(name);
        }

        Take(fields, OfMessages);
    }

    public static void TakeFromStreamOptions(RequestFields fields) => Take(fields, OfStreams);

    private static void TakeNotes(RequestFields fields)
    {
        foreach (var (name, kind) in Notes)
        {
            if (fields.Take(name) is { } value && value.ValueKind != kind)
            {
                throw fields.Expected(name, kind == JsonValueKind.Object ? "an object" : "a string");
            }
        }
    }

    private static void Take(RequestFields fields, Dictionary<string, string[]> neutral)
    {
        foreach (var (name, allowed) in neutral)
        {
            if (fields.Take(name) is { } value && !allowed.Any(json => Is(value, json)))
            {
                throw fields.Unsupported(
                    name,
                    allowed.Length > 0 ? $"other than as {string.Join(" or ", allowed)}" : null
                );
            }
        }
    }

    private static bool Is(JsonElement value, string json)
    {
        using var expected = JsonDocument.Parse(json);
        return JsonElement.DeepEquals(value, expected.RootElement);
    }
}
