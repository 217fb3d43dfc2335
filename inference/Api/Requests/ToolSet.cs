using System.Text.Encodings.Web;
using System.Text.Json;
using GemmaInference.Grammar;
using GemmaInference.Grammar.Json;
using GemmaInference.Text;

namespace GemmaInference.Api.Requests;

/// <summary>Holds the functions that an answer may call.</summary>
/// <param name="Declared">What is told of them to the model.</param>
/// <param name="Callable">Those that may be called; one alone where the request names it.</param>
/// <param name="IsRequired">Whether the answer has to be a call.</param>
/// <param name="IsParallel">Whether there may be several calls at once.</param>
internal sealed record ToolSet(
    IReadOnlyList<ChatTool> Declared,
    IReadOnlyList<ToolSchema> Callable,
    bool IsRequired,
    bool IsParallel
)
{
    /// <summary>Bounds the calls of one answer.</summary>
    private const int MaxCalls = 16;

    /// <summary>Gets what the model is told, in the words of Google's documentation of function calling.</summary>
    public string Prompt =>
        $$"""
            You have access to functions. If you decide to invoke any of the function(s),
             you MUST put it in the format of
            {"name": function name, "parameters": dictionary of argument name and its value}

            You SHOULD NOT include any other text in the response if you call a function
            {{Several}}{{Declare(Declared)}}
            """;

    private string Several =>
        IsParallel && Callable.Count > 0
            ? "To call several at once, put them into a list: [{\"name\": …, \"parameters\": …}, …]\n"
            : "";

    /// <summary>Returns what answers have to be: calls, or else what is asked for without functions.</summary>
    /// <param name="isOwn">Whether the model calls by tokens of its own.</param>
    public AnswerForm Form(AnswerForm? other, bool isOwn)
    {
        var most = IsParallel ? MaxCalls : 1;
        var key = string.Join(
            '\n',
            Callable.Select(tool => $"{tool.Name} {tool.IsStrict} {tool.Path} {tool.Parameters?.GetRawText()}")
        );
        return new AnswerForm("tools", $"tools {isOwn} {most} {IsRequired} {other?.Key}\n{key}", Draw);

        int Draw(GrammarBuilder builder)
        {
            ICallGrammar grammar = isOwn
                ? new OwnCallGrammar(builder, Callable, most)
                : new ToolGrammar(builder, Callable, most);
            if (IsRequired)
            {
                return grammar.Calls();
            }

            if (other is null)
            {
                return grammar.CallsOrText();
            }

            var start = builder.NewNode();
            builder.Skip(start, grammar.Calls());
            builder.Skip(start, other.Draw(builder));
            return start;
        }
    }

    /// <summary>Writes a call as the model itself does.</summary>
    /// <param name="arguments">A JSON object.</param>
    public static string Write(string name, string arguments) =>
        $"{{\"name\": {ObjectRules.Quote(name)}, \"parameters\": {arguments}}}";

    /// <summary>Writes declarations as Google's documentation has them.</summary>
    private static string Declare(IEnumerable<ChatTool> tools)
    {
        using var text = new MemoryStream();
        using (
            var writer = new Utf8JsonWriter(
                text,
                new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
            )
        )
        {
            writer.WriteStartArray();
            foreach (var (name, description, parameters) in tools)
            {
                writer.WriteStartObject();
                writer.WriteString("name", name);
                if (description is not null)
                {
                    writer.WriteString("description", description);
                }

                if (parameters is { } schema)
                {
                    writer.WritePropertyName("parameters");
                    schema.WriteTo(writer);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }
}
