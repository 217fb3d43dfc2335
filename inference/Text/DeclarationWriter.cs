using System.Text.Json;

namespace GemmaInference.Text;

/// <summary>
/// Writes what a model is told of a function, as Gemma 4's template does: of a schema it tells descriptions, types,
/// choices of texts, items, members and which of them are required, and nothing else.
/// </summary>
internal static class DeclarationWriter
{
    /// <summary>Lists what isn't a member where an object's members are not listed.</summary>
    private static readonly string[] Standard = ["description", "type", "properties", "required", "nullable"];

    public static void Write(PromptWriter prompt, ChatTool tool)
    {
        prompt.Text($"declaration:{tool.Name}{{description:");
        ArgumentWriter.Quoted(prompt, tool.Description ?? "");
        if (tool.Parameters is { } schema)
        {
            prompt.Text(",parameters:{");
            if (Members(schema, "properties") is { } properties && properties.EnumerateObject().Any())
            {
                prompt.Text("properties:{");
                Properties(prompt, properties, isFiltered: false);
                prompt.Text("},");
            }

            if (Names(schema).Count > 0)
            {
                Required(prompt, schema);
                prompt.Text(",");
            }

            prompt.Text("type:");
            ArgumentWriter.Quoted(prompt, Type(schema));
            prompt.Text("}");
        }

        prompt.Text("}");
    }

    private static void Properties(PromptWriter prompt, JsonElement properties, bool isFiltered)
    {
        var isFirst = true;
        foreach (var (name, value) in ArgumentWriter.Ordered(properties))
        {
            if (isFiltered && Standard.Contains(name))
            {
                continue;
            }

            prompt.Text(isFirst ? "" : ",");
            isFirst = false;
            prompt.Text($"{name}:{{");
            Property(prompt, value);
            prompt.Text("type:");
            ArgumentWriter.Quoted(prompt, Type(value));
            prompt.Text("}");
        }
    }

    /// <summary>Writes what comes before a property's type, each part with a comma after it.</summary>
    private static void Property(PromptWriter prompt, JsonElement value)
    {
        if (Member(value, "description") is { ValueKind: JsonValueKind.String } description && Holds(description))
        {
            prompt.Text("description:");
            ArgumentWriter.Quoted(prompt, description.GetString()!);
            prompt.Text(",");
        }

        var type = Type(value);
        if (type == "STRING" && Member(value, "enum") is { } choices && Holds(choices))
        {
            prompt.Text("enum:");
            ArgumentWriter.Value(prompt, choices, quotesNames: true);
            prompt.Text(",");
        }

        if (type == "ARRAY" && Members(value, "items") is { } items && items.EnumerateObject().Any())
        {
            prompt.Text("items:{");
            Items(prompt, items);
            prompt.Text("},");
        }

        if (Member(value, "nullable") is { ValueKind: JsonValueKind.True })
        {
            prompt.Text("nullable:true,");
        }

        if (type == "OBJECT")
        {
            prompt.Text("properties:{");
            var own = Members(value, "properties");
            Properties(prompt, own ?? value, isFiltered: own is null);
            prompt.Text("},");
            if (Names(value).Count > 0)
            {
                Required(prompt, value);
                prompt.Text(",");
            }
        }
    }

    private static void Items(PromptWriter prompt, JsonElement items)
    {
        var isFirst = true;
        foreach (var (name, value) in ArgumentWriter.Ordered(items))
        {
            if (value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            prompt.Text(isFirst ? "" : ",");
            isFirst = false;
            switch (name)
            {
                case "properties":
                    prompt.Text("properties:{");
                    Properties(prompt, value, isFiltered: false);
                    prompt.Text("}");
                    break;
                case "required":
                    Required(prompt, items);
                    break;
                case "type":
                    prompt.Text("type:");
                    Types(prompt, value);
                    break;
                default:
                    prompt.Text($"{name}:");
                    ArgumentWriter.Value(prompt, value, quotesNames: true);
                    break;
            }
        }
    }

    private static void Types(PromptWriter prompt, JsonElement type)
    {
        if (type.ValueKind != JsonValueKind.Array)
        {
            ArgumentWriter.Quoted(prompt, Upper(type));
            return;
        }

        prompt.Text("[");
        foreach (var (index, one) in type.EnumerateArray().Index())
        {
            prompt.Text(index > 0 ? "," : "");
            ArgumentWriter.Quoted(prompt, Upper(one));
        }

        prompt.Text("]");
    }

    private static void Required(PromptWriter prompt, JsonElement schema)
    {
        prompt.Text("required:[");
        foreach (var (index, name) in Names(schema).Index())
        {
            prompt.Text(index > 0 ? "," : "");
            ArgumentWriter.Quoted(prompt, name);
        }

        prompt.Text("]");
    }

    private static List<string> Names(JsonElement schema) =>
        Member(schema, "required") is { ValueKind: JsonValueKind.Array } names
            ? [.. names.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(Text)]
            : [];

    /// <summary>Returns a schema's type; a list of them as the template's language shows it.</summary>
    private static string Type(JsonElement schema) =>
        Member(schema, "type") is not { } type ? ""
        : type.ValueKind == JsonValueKind.Array
            ? $"[{string.Join(", ", type.EnumerateArray().Select(one => $"'{Upper(one)}'"))}]"
        : Upper(type);

    private static string Upper(JsonElement value) =>
        (value.ValueKind == JsonValueKind.String ? Text(value) : value.GetRawText()).ToUpperInvariant();

    private static string Text(JsonElement value) => value.GetString()!;

    /// <summary>Tells whether a value counts as something in the template's language.</summary>
    private static bool Holds(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => Text(value).Length > 0,
            JsonValueKind.Array => value.GetArrayLength() > 0,
            _ => false,
        };

    private static JsonElement? Members(JsonElement value, string name) =>
        Member(value, name) is { ValueKind: JsonValueKind.Object } member ? member : null;

    private static JsonElement? Member(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) ? member : null;
}
