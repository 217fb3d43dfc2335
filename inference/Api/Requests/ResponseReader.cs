using System.Text.Json.Nodes;
using GemmaInference.Text;

namespace GemmaInference.Api.Requests;

/// <summary>
/// Reads bodies of <c>/v1/responses</c>. Nothing is stored here: what refers to an earlier response is refused by name.
/// </summary>
internal static class ResponseReader
{
    private static readonly string[] Echoed =
    [
        "instructions",
        "max_output_tokens",
        "metadata",
        "parallel_tool_calls",
        "reasoning",
        "temperature",
        "text",
        "tool_choice",
        "tools",
        "top_p",
    ];

    /// <exception cref="ApiException">The body can't be used; the error names the field.</exception>
    public static ResponseRequest Read(ReadOnlyMemory<byte> body) => JsonBody.Read(body, Read);

    private static ResponseRequest Read(RequestFields fields)
    {
        var echo = new JsonObject();
        foreach (var name in Echoed)
        {
            if (fields.Peek(name) is { } value)
            {
                echo[name] = JsonNode.Parse(value.GetRawText());
            }
        }

        var tools = ToolReader.Read(fields);
        var form = Text(fields);
        var maxTokens = (int?)fields.Whole("max_output_tokens", 1, int.MaxValue);
        var instructions = fields.Text("instructions");
        var messages = InputReader.Read(fields, instructions);
        var request = new CompletionRequest(
            fields.RequiredText("model"),
            messages,
            ChatEnd.NewTurn,
            null,
            WithBos: true,
            Echo: false,
            maxTokens,
            SamplingReader.Read(fields, maxTokens),
            Choices: 1,
            [],
            null,
            fields.Flag("stream"),
            IncludeUsage: true,
            form,
            tools,
            fields.Unknown
        )
        {
            Thinks = ThoughtReader.OfResponses(fields),
            MessagesField = "input",
        };
        NeutralFields.TakeFromResponse(fields);
        fields.Done();
        return new ResponseRequest(request, echo);
    }

    private static AnswerForm? Text(RequestFields fields)
    {
        if (fields.Take("text") is not { } value)
        {
            return null;
        }

        var text = fields.Inside("text", value);
        _ = text.Text("verbosity");
        var form = text.Take("format") is { } format
            ? FormatReader.OfResponses(text.Inside("format", format), "text.format")
            : null;
        text.Done();
        return form;
    }
}
