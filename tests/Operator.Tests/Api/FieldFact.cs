using System.Text.Json.Nodes;

namespace Operator.Tests.Api;

/// <summary>What the C# types and the CRDs must agree on about one field.</summary>
/// <param name="Path">Path, with <c>[]</c> for a list's item and <c>{}</c> for a map's value.</param>
/// <param name="Type">JSON type and format.</param>
/// <param name="Default">
/// Canonical JSON; <c>none</c> also for a zero value ("", 0, false, [], {} of a map), which reads the
/// same when it is left out.
/// </param>
/// <param name="Enum">Allowed values, sorted, or empty.</param>
/// <param name="Required">Whether the parent can't be without it.</param>
internal sealed record FieldFact(string Path, string Type, string Default, string Enum, bool Required)
{
    public const string None = "none";

    /// <summary>Facts of a CRD, the value schemas of foreign types left to <see cref="TypeFacts"/>.</summary>
    public static IEnumerable<FieldFact> Of(CrdFile crd)
    {
        foreach (var (path, schema) in crd.Fields())
        {
            yield return new FieldFact(path, TypeOf(schema), DefaultOf(schema), EnumOf(schema), IsRequired(crd, path));
        }
    }

    public static string Canonical(JsonNode? value) =>
        value switch
        {
            null => None,
            JsonValue v when v.TryGetValue<string>(out var text) => text.Length == 0 ? None : $"\"{text}\"",
            JsonValue v when v.TryGetValue<bool>(out var flag) => flag ? "true" : None,
            JsonValue v when v.TryGetValue<decimal>(out var number) => number == 0
                ? None
                : number.ToString("G29", System.Globalization.CultureInfo.InvariantCulture),
            JsonArray { Count: 0 } => None,
            JsonArray array => $"[{string.Join(",", array.Select(Canonical))}]",
            _ => value.ToJsonString(),
        };

    private static string TypeOf(JsonObject schema)
    {
        if (schema["x-kubernetes-int-or-string"] is not null)
        {
            return "int-or-string";
        }

        var type = (string)schema["type"]!;
        return schema["format"] is { } format ? $"{type}/{format}" : type;
    }

    private static string DefaultOf(JsonObject schema) => Canonical(schema["default"]);

    private static string EnumOf(JsonObject schema) =>
        schema["enum"] is JsonArray words
            ? string.Join("|", words.Select(w => (string)w!).Order(StringComparer.Ordinal))
            : "";

    private static bool IsRequired(CrdFile crd, string path)
    {
        var dot = path.LastIndexOf('.');
        return dot > 0
            && crd.Find(path[..dot])!["required"] is JsonArray required
            && required.Any(r => (string)r! == path[(dot + 1)..]);
    }
}
