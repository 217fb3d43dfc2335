using System.Text.Json;

namespace GemmaInference.Api.Requests;

/// <summary>
/// Reads prompts, and what is to be embedded: a text, several, a list of token ids, or several such lists.
/// </summary>
internal static class PromptReader
{
    /// <summary>Bounds the prompts of one request.</summary>
    private const int MaxPrompts = 1024;

    private const string Shapes = "a string, a list of token ids, or a list of these";

    /// <exception cref="ApiException">The field is of another shape.</exception>
    public static IReadOnlyList<PromptInput> Read(RequestFields fields) => Read(fields, "prompt", MaxPrompts);

    /// <param name="most">How many there may be.</param>
    /// <exception cref="ApiException">The field is of another shape.</exception>
    public static IReadOnlyList<PromptInput> Read(RequestFields fields, string name, int most)
    {
        var value = fields.Take(name) ?? throw fields.Expected(name, Shapes);
        if (value.ValueKind != JsonValueKind.Array)
        {
            return [One(fields, name, value)];
        }

        if (value.GetArrayLength() == 0)
        {
            throw fields.Expected(name, $"{Shapes}; found an empty list");
        }

        if (value[0].ValueKind == JsonValueKind.Number)
        {
            return [One(fields, name, value)];
        }

        return value.GetArrayLength() <= most
            ? [.. value.EnumerateArray().Select((item, index) => One(fields, $"{name}[{index}]", item))]
            : throw fields.Expected(name, $"at most {most} of them");
    }

    private static PromptInput One(RequestFields fields, string name, JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => new PromptInput.Written(value.GetString()!),
            JsonValueKind.Array when value.GetArrayLength() > 0 => new PromptInput.Tokens(
                fields.TokenIds(name, value, RequestLimits.MaxTokens)
            ),
            _ => throw fields.Expected(name, "a string or a list of token ids, one at least"),
        };
}
