using System.Text.Json.Nodes;
using GemmaOperator.Api.Defaults;
using GemmaOperator.BaseImages.Defaults;
using KubectlGemma.Output;

namespace KubectlGemma.Views;

/// <summary>Lays out what an object takes over from defaults, and from whose.</summary>
internal static class InheritedView
{
    private const string Spec = "spec.";

    /// <summary>Lists fields, as the status tells them.</summary>
    public static IEnumerable<Line> Lines(IReadOnlyList<InheritedField>? fields, int width) =>
        (fields ?? [])
            .GroupBy(f => f.From.Value ?? DefaultsOrigin.Namespace)
            .OrderBy(g => g.Key)
            .SelectMany(g =>
                Line.Wrapped(
                    [new Piece("inherits".PadRight(10), Tone.Dim)],
                    $"{string.Join(", ", g.Select(f => Short(f.Field)))}, from {Inheritance.Name(g.Key)}",
                    width
                )
            );

    /// <summary>Lists fields with their values.</summary>
    public static IEnumerable<Line> Lines(Inheritance inherited, int width) =>
        inherited.Values.SelectMany(v =>
            Line.Wrapped(
                [new Piece("inherits".PadRight(10), Tone.Dim)],
                $"{Short(v.Field)} = {v.Json}, from {Inheritance.Name(v.From)}",
                width
            )
        );

    public static JsonArray Data(Inheritance inherited) =>
        [
            .. inherited.Values.Select(v => new JsonObject
            {
                ["field"] = v.Field,
                ["from"] = v.From.ToString(),
                ["value"] = JsonNode.Parse(v.Json),
            }),
        ];

    private static string Short(string field) =>
        field.StartsWith(Spec, StringComparison.Ordinal) ? field[Spec.Length..] : field;
}
