using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Forecasts;

/// <summary>Leaves out what looks like a credential, by the name that it has beside it, or by its own looks.</summary>
internal static partial class Masked
{
    private const string Stars = "***";

    /// <summary>Copies a value of a field without credentials.</summary>
    /// <param name="path">The field.</param>
    /// <param name="value">Its value.</param>
    public static JsonNode? Value(string path, JsonNode? value) =>
        value is JsonValue single && single.TryGetValue<string>(out _) && MaskedLog.IsCredential(NameOf(path))
            ? Stars
            : Within(value);

    /// <summary>Returns the value of a field that a build recorded as text.</summary>
    /// <param name="text">The value: of variables, each as NAME=value, parted by spaces.</param>
    public static string Recorded(string text)
    {
        var (words, isSecret) = (new List<string>(), false);
        foreach (var word in text.Split(' '))
        {
            if (Variable().Match(word) is { Success: true } begins)
            {
                isSecret = MaskedLog.IsCredential(begins.Groups["name"].Value);
                words.Add(isSecret ? $"{begins.Groups["name"].Value}={Stars}" : word);
            }
            else if (!isSecret)
            {
                words.Add(word);
            }
        }

        return MaskedLog.Clean(string.Join(' ', words));
    }

    /// <summary>Returns a text, such as a Dockerfile, without quoted values of credentials by name.</summary>
    public static string Lines(string text) =>
        MaskedLog.Clean(
            Quoted()
                .Replace(
                    text,
                    m => MaskedLog.IsCredential(m.Groups["name"].Value) ? $"{m.Groups["name"].Value}={Stars}" : m.Value
                )
        );

    private static JsonNode? Within(JsonNode? node) =>
        node switch
        {
            JsonArray list => new JsonArray([.. list.Select(Within)]),
            JsonObject of => new JsonObject(
                of.Select(f =>
                    KeyValuePair.Create(
                        f.Key,
                        f.Value is JsonValue value && value.TryGetValue<string>(out _) && IsSecret(of, f.Key)
                            ? Stars
                            : Within(f.Value)
                    )
                )
            ),
            _ => node?.DeepClone(),
        };

    private static bool IsSecret(JsonObject of, string field) =>
        MaskedLog.IsCredential(field)
        || (
            field == "value"
            && of["name"] is JsonValue named
            && named.TryGetValue<string>(out var name)
            && MaskedLog.IsCredential(name)
        );

    /// <summary>Returns what names a value: of <c>env[name=X].value</c> X, otherwise the path's end.</summary>
    private static string NameOf(string path) =>
        Named().Match(path) is { Success: true } item ? item.Groups["name"].Value : path[(path.LastIndexOf('.') + 1)..];

    [GeneratedRegex(
        @"\A(?<name>[A-Za-z_][A-Za-z0-9_.-]*)=",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Variable();

    [GeneratedRegex(
        @"(?<name>\b[A-Za-z0-9_.-]+)=(""([^""\\\n]|\\.)*""|'[^'\n]*')",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\[name=(?<name>[^\]]*)\]\.value\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Named();
}
