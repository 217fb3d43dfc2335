using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Text;
using GemmaOperator.Yaml;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace KubectlGemma.Output.Data;

/// <summary>
/// Writes YAML; what could be taken for something else than text is quoted, and what can't be seen is escaped there.
/// </summary>
internal static class YamlText
{
    public static string Write(JsonNode data)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        var emitter = new Emitter(text, new EmitterSettings().WithMaxSimpleKeyLength(1024));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(version: null, tags: null, isImplicit: true));
        Emit(emitter, data);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        // A text with one of them is always in double quotes.
        return FormatCharacters.Escape(
            text.ToString(),
            rune => rune.IsBmp ? $"\\u{rune.Value:X4}" : $"\\U{rune.Value:X8}"
        );
    }

    private static void Emit(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                emitter.Emit(
                    new MappingStart(
                        AnchorName.Empty,
                        TagName.Empty,
                        isImplicit: true,
                        map.Count == 0 ? MappingStyle.Flow : MappingStyle.Block
                    )
                );
                foreach (var (name, value) in map)
                {
                    emitter.Emit(Text(name));
                    Emit(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray list:
                emitter.Emit(
                    new SequenceStart(
                        AnchorName.Empty,
                        TagName.Empty,
                        isImplicit: true,
                        list.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block
                    )
                );
                foreach (var item in list)
                {
                    Emit(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            default:
                emitter.Emit(
                    node?.GetValueKind() == JsonValueKind.String
                        ? Text(node.GetValue<string>())
                        : new Scalar(node?.ToJsonString() ?? "null")
                );
                break;
        }
    }

    private static Scalar Text(string text) =>
        new(AnchorName.Empty, TagName.Empty, text, StyleOf(text), isPlainImplicit: true, isQuotedImplicit: true);

    private static ScalarStyle StyleOf(string text)
    {
        var lines = text.Replace("\n", "", StringComparison.Ordinal);
        return Quoted.Visible(lines) != lines ? ScalarStyle.DoubleQuoted
            : lines.Length < text.Length ? ScalarStyle.Literal
            : IsPlain(text) ? ScalarStyle.Any
            : ScalarStyle.DoubleQuoted;
    }

    /// <summary>Tells whether a reader would take it for text without quotes.</summary>
    private static bool IsPlain(string text) =>
        YamlScalar.Read(new Scalar(AnchorName.Empty, TagName.Empty, text, ScalarStyle.Plain, true, false))
            is JsonValue value
        && value.GetValueKind() == JsonValueKind.String
        && !DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}
