using System.Text.Json;
using GemmaInference.Grammar.Json;

namespace GemmaInference.Api.Requests;

/// <summary>Reads what form answers are asked for in: by OpenAI's fields, or by vLLM's for schemas.</summary>
internal static class FormatReader
{
    /// <returns>Null for any text.</returns>
    /// <exception cref="ApiException">A field can't be used, or two ask for something.</exception>
    public static AnswerForm? Read(RequestFields fields)
    {
        AnswerForm?[] forms =
        [
            fields.Take("response_format") is { } format
                ? Format(fields.Inside("response_format", format), "response_format")
                : null,
            fields.Take("guided_json") is { } guided ? Guided(fields, "guided_json", guided) : null,
            fields.Take("structured_outputs") is { } outputs
                ? Outputs(fields.Inside("structured_outputs", outputs))
                : null,
        ];
        return forms.Count(form => form is not null) > 1
            ? throw fields.Expected("response_format", "nothing beside 'guided_json' or 'structured_outputs'")
            : forms.FirstOrDefault(form => form is not null);
    }

    /// <summary>Reads a form as responses have it: a schema stands beside its <c>type</c>.</summary>
    public static AnswerForm? OfResponses(RequestFields fields, string path)
    {
        var form = fields.RequiredText("type") switch
        {
            "text" => null,
            "json_object" => AnyObject(),
            "json_schema" => Schema(fields, $"{path}.schema"),
            _ => throw fields.Expected("type", "text, json_object or json_schema"),
        };
        fields.Done();
        return form;
    }

    /// <summary>Reads a form by its <c>type</c>; a schema stands in an object of its own.</summary>
    private static AnswerForm? Format(RequestFields fields, string path)
    {
        var type = fields.RequiredText("type");
        var form = type switch
        {
            "text" => null,
            "json_object" => AnyObject(),
            "json_schema" => Named(fields, path),
            _ => throw fields.Expected("type", "text, json_object or json_schema"),
        };
        fields.Done();
        return form;
    }

    private static AnswerForm Named(RequestFields fields, string path)
    {
        var inner = fields.Inside(
            "json_schema",
            fields.Take("json_schema") ?? throw fields.Expected("json_schema", "an object with a schema")
        );
        var form = Schema(inner, $"{path}.json_schema.schema");
        inner.Done();
        return form;
    }

    /// <summary>Reads <c>schema</c>, and what stands beside it and changes nothing: all are meant strictly.</summary>
    private static AnswerForm Schema(RequestFields fields, string path)
    {
        _ = fields.Text("name");
        _ = fields.Text("description");
        _ = fields.Flag("strict");
        return Of(fields.Take("schema") ?? throw fields.Expected("schema", "a JSON schema"), path);
    }

    private static AnswerForm Guided(RequestFields fields, string path, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return Of(value, path);
        }

        try
        {
            using var document = JsonDocument.Parse(value.GetString()!);
            return Of(document.RootElement, path);
        }
        catch (JsonException)
        {
            throw fields.Expected(path, "a JSON schema, or one written into a string");
        }
    }

    private static AnswerForm? Outputs(RequestFields fields)
    {
        var form =
            fields.Take("json") is { } schema ? Guided(fields, "json", schema)
            : fields.Flag("json_object") ? AnyObject()
            : null;
        foreach (var name in (ReadOnlySpan<string>)["regex", "choice", "grammar", "structural_tag"])
        {
            if (fields.Take(name) is not null)
            {
                throw fields.Unsupported(name, "other than as json or json_object");
            }
        }

        fields.Done();
        return form;
    }

    /// <summary>Throws as <see cref="JsonBody"/> expects it where a string escapes half of a character.</summary>
    public static void CheckText(JsonElement schema)
    {
        using var writer = new Utf8JsonWriter(Stream.Null);
        schema.WriteTo(writer);
    }

    private static AnswerForm AnyObject() => new("response_format", "object", AnswerGrammar.AnyObject);

    private static AnswerForm Of(JsonElement schema, string path)
    {
        // The request's document is gone when it is compiled.
        var own = schema.Clone();
        CheckText(own);
        return new AnswerForm(
            path,
            $"schema {path} {own.GetRawText()}",
            builder => AnswerGrammar.Of(builder, own, path)
        );
    }
}
