using System.Text.Json;
using GemmaInference.Text;

namespace GemmaInference.Api.Requests;

/// <summary>
/// Reads JSON bodies of both completion endpoints as <see cref="CompletionRequest"/>s, or throws a named error.
/// </summary>
internal static class RequestReader
{
    /// <summary>Bounds stop strings; OpenAI takes four, vLLM any number.</summary>
    public const int MaxStops = 32;
    private const int MaxStopLength = 256;

    /// <summary>Bounds the alternatives that come with each token, as OpenAI and vLLM do.</summary>
    private const int MaxAlternatives = 20;

    /// <summary>Bounds them where the prompt's tokens have some too, as OpenAI does.</summary>
    private const int MaxEchoed = 5;

    /// <exception cref="ApiException">The body can't be used; the error names the field.</exception>
    public static CompletionRequest Read(ReadOnlyMemory<byte> body, bool chat) =>
        JsonBody.Read(body, fields => Read(fields, chat));

    private static CompletionRequest Read(RequestFields fields, bool chat)
    {
        var stream = fields.Flag("stream");
        var tools = chat ? ToolReader.Read(fields) : null;
        var messages = chat ? MessageReader.Read(fields) : null;
        var form = FormatReader.Read(fields);
        var echo = !chat && fields.Flag("echo");
        var maxTokens = MaxTokens(fields, chat, echo ? 0 : 1);
        var request = new CompletionRequest(
            fields.RequiredText("model"),
            messages,
            messages is null ? ChatEnd.NewTurn : MessageReader.End(fields, messages),
            chat ? null : PromptReader.Read(fields),
            chat || fields.Flag("add_special_tokens", fallback: true),
            echo,
            maxTokens,
            SamplingReader.Read(fields, maxTokens),
            (int)(fields.Whole("n", 1, RequestLimits.MaxChoices) ?? 1),
            Stops(fields),
            chat ? ChatLogprobs(fields) : (int?)fields.Whole("logprobs", 0, echo ? MaxEchoed : MaxAlternatives),
            stream,
            IncludeUsage(fields, stream),
            form,
            tools,
            fields.Unknown
        )
        {
            Thinks = chat ? ThoughtReader.Read(fields) : null,
        };
        NeutralFields.TakeFromRequest(fields);
        fields.Done();
        return request;
    }

    private static int? MaxTokens(RequestFields fields, bool chat, int least)
    {
        var old = fields.Whole("max_tokens", least, int.MaxValue);
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
        var top = fields.Whole("top_logprobs", 0, MaxAlternatives);
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
}
