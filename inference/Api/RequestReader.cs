using System.Text;
using System.Text.Json;
using GemmaInference.Text;

namespace GemmaInference.Api;

/// <summary>
/// Reads JSON bodies of both completion endpoints as <see cref="CompletionRequest"/>s, or throws a named error.
/// </summary>
internal static class RequestReader
{
    /// <summary>Bounds stop strings; OpenAI takes four, vLLM any number.</summary>
    public const int MaxStops = 32;
    private const int MaxStopLength = 256;
    private const int MaxMessages = 2048;

    /// <exception cref="ApiException">The body can't be used; the error names the field.</exception>
    public static CompletionRequest Read(ReadOnlyMemory<byte> body, bool chat)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Read(new RequestFields(document.RootElement, ""), chat);
        }
        catch (JsonException cause)
        {
            throw ApiException.Invalid(null, $"the body is not valid JSON: {cause.Message}", "invalid_json");
        }
        catch (InvalidOperationException)
        {
            // What System.Text.Json says of a string whose bytes are not UTF-8, or that escapes half of a character.
            throw ApiException.Invalid(
                null,
                "the body holds a string that is not valid Unicode: broken UTF-8 or a lone surrogate",
                "invalid_utf8"
            );
        }
    }

    private static CompletionRequest Read(RequestFields fields, bool chat)
    {
        var stream = fields.Flag("stream");
        var request = new CompletionRequest(
            fields.RequiredText("model"),
            chat ? Messages(fields) : null,
            chat ? null : Prompt(fields),
            MaxTokens(fields, chat),
            fields.Number("temperature", 0, 2),
            fields.Number("top_p", 0.000001, 1),
            // vLLM's clients switch it off with −1.
            fields.Whole("top_k", -1, int.MaxValue)
                is { } k
                ? Math.Max(0, (int)k)
                : null,
            fields.Number("presence_penalty", -2, 2) ?? 0,
            fields.Number("frequency_penalty", -2, 2) ?? 0,
            fields.Whole("seed", long.MinValue, long.MaxValue),
            (int)(fields.Whole("n", 1, RequestLimits.MaxChoices) ?? 1),
            Stops(fields),
            chat ? ChatLogprobs(fields) : (int?)fields.Whole("logprobs", 0, 5),
            stream,
            IncludeUsage(fields, stream),
            fields.Unknown
        );
        NeutralFields.TakeFromRequest(fields);
        fields.Done();
        return request;
    }

    private static int? MaxTokens(RequestFields fields, bool chat)
    {
        var old = fields.Whole("max_tokens", 1, int.MaxValue);
        var now = chat ? fields.Whole("max_completion_tokens", 1, int.MaxValue) : null;
        if (old is not null && now is not null && old != now)
        {
            throw ApiException.Invalid("max_tokens", "give either max_tokens or max_completion_tokens");
        }

        return (int?)(now ?? old) ?? (chat ? null : 16);
    }

    private static int? ChatLogprobs(RequestFields fields)
    {
        var wanted = fields.Flag("logprobs");
        var top = fields.Whole("top_logprobs", 0, 20);
        if (top > 0 && !wanted)
        {
            throw ApiException.Invalid("top_logprobs", "'top_logprobs' needs 'logprobs': true");
        }

        return wanted ? (int)(top ?? 0) : null;
    }

    private static bool IncludeUsage(RequestFields fields, bool stream)
    {
        if (fields.Take("stream_options") is not { } value)
        {
            return false;
        }

        var options = fields.Inside("stream_options", value);
        var include = options.Flag("include_usage");
        NeutralFields.TakeFromStreamOptions(options);
        if (include && !stream)
        {
            throw ApiException.Invalid("stream_options", "'stream_options' needs 'stream': true");
        }

        options.Done();
        return include;
    }

    private static IReadOnlyList<string> Stops(RequestFields fields)
    {
        if (fields.Take("stop") is not { } value)
        {
            return [];
        }

        JsonElement[] items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        if (
            items.Length > MaxStops
            || items.Any(item =>
                item.ValueKind != JsonValueKind.String || item.GetString()!.Length is 0 or > MaxStopLength
            )
        )
        {
            throw fields.Expected(
                "stop",
                $"a string or up to {MaxStops} strings, each of 1 to {MaxStopLength} characters"
            );
        }

        return [.. items.Select(item => item.GetString()!)];
    }

    /// <summary>Reads one text; some clients always send a list of one.</summary>
    private static string Prompt(RequestFields fields) =>
        fields.Take("prompt") switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString()!,
            { ValueKind: JsonValueKind.Array } list
                when list.GetArrayLength() == 1 && list[0].ValueKind == JsonValueKind.String => list[0].GetString()!,
            _ => throw fields.Expected(
                "prompt",
                "a string, or a list of one; send several prompts as several requests"
            ),
        };

    private static IReadOnlyList<ChatMessage> Messages(RequestFields fields)
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
