using System.Text.Json;

namespace GemmaInference.Text;

/// <summary>
/// Writes values as Gemma 4's template does: texts stand between tokens of their own, names stand bare, what an object
/// has is ordered by name.
/// </summary>
internal static class ArgumentWriter
{
    /// <summary>Writes what an object has, without its braces.</summary>
    /// <param name="quotesNames">Whether names stand between those tokens, too.</param>
    public static void Members(PromptWriter prompt, JsonElement value, bool quotesNames)
    {
        foreach (var (index, (name, member)) in Ordered(value).Index())
        {
            prompt.Text(index > 0 ? "," : "");
            if (quotesNames)
            {
                Quoted(prompt, name);
            }
            else
            {
                prompt.Text(name);
            }

            prompt.Text(":");
            Value(prompt, member, quotesNames);
        }
    }

    public static void Value(PromptWriter prompt, JsonElement value, bool quotesNames)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                Quoted(prompt, value.GetString()!);
                break;
            case JsonValueKind.Object:
                prompt.Text("{");
                Members(prompt, value, quotesNames);
                prompt.Text("}");
                break;
            case JsonValueKind.Array:
                prompt.Text("[");
                foreach (var (index, item) in value.EnumerateArray().Index())
                {
                    prompt.Text(index > 0 ? "," : "");
                    Value(prompt, item, quotesNames);
                }

                prompt.Text("]");
                break;
            default:
                prompt.Text(value.GetRawText());
                break;
        }
    }

    public static void Quoted(PromptWriter prompt, string text) =>
        prompt.Control(TurnTokens.Quote).Text(text).Control(TurnTokens.Quote);

    /// <summary>Returns an object's members by name, whatever their letters' case.</summary>
    public static IEnumerable<(string Name, JsonElement Value)> Ordered(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object
            ? value
                .EnumerateObject()
                .Select(member => (member.Name, member.Value))
                .OrderBy(member => member.Name.ToLowerInvariant(), StringComparer.Ordinal)
            : [];
}
