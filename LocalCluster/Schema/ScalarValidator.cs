using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Schema;

/// <summary>Validates texts and numbers: enumerations, lengths, patterns, formats, bounds.</summary>
internal static class ScalarValidator
{
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromSeconds(1);

    /// <summary>A definition has some hundred patterns, and each write is held to them.</summary>
    private static readonly ConcurrentDictionary<string, Regex> Patterns = new(StringComparer.Ordinal);

    public static void Validate(JsonValue value, JsonObject schema, string path, List<FieldError> errors)
    {
        if (schema.Array("enum") is { } allowed && !allowed.Any(a => JsonNode.DeepEquals(a, value)))
        {
            errors.Add(FieldError.Unsupported(path, value.Write(), allowed.Select(a => a.Write())));
        }

        if (value.Text() is { } text)
        {
            OfText(text, schema, path, errors);
        }
        else if (value.TryGetValue<double>(out var number))
        {
            OfNumber(number, value, schema, path, errors);
        }
    }

    private static void OfText(string text, JsonObject schema, string path, List<FieldError> errors)
    {
        var shown = JsonValue.Create(text).Write();
        if (
            schema["maxLength"].Number() is { } most
            && new StringInfo(text).LengthInTextElements > most
            && Encoding.UTF8.GetByteCount(text) > most
        )
        {
            errors.Add(FieldError.TooLong(path, most));
        }

        if (schema["minLength"].Number() is { } least && text.Length < least)
        {
            errors.Add(FieldError.Invalid(path, shown, $"{path} in body should be at least {least} chars long"));
        }

        if (schema.Text("pattern") is { } pattern && !Patterns.GetOrAdd(pattern, Compile).IsMatch(text))
        {
            errors.Add(FieldError.Invalid(path, shown, $"{path} in body should match '{pattern}'"));
        }

        if (schema.Text("format") is { } format && !Formats.IsValid(format, text))
        {
            errors.Add(
                new FieldError(
                    "FieldValueTypeInvalid",
                    path,
                    $"Invalid value: {shown}: {path} in body must be of type {format}: {shown}"
                )
            );
        }
    }

    private static void OfNumber(
        double number,
        JsonValue value,
        JsonObject schema,
        string path,
        List<FieldError> errors
    )
    {
        if (
            schema["minimum"] is JsonValue low
            && low.TryGetValue<double>(out var least)
            && (number < least || (schema["exclusiveMinimum"].IsTrue() && number <= least))
        )
        {
            errors.Add(
                FieldError.Invalid(
                    path,
                    value.Write(),
                    $"{path} in body should be "
                        + $"{(schema["exclusiveMinimum"].IsTrue() ? "greater than" : "greater than or equal to")} "
                        + $"{low.Write()}"
                )
            );
        }

        if (
            schema["maximum"] is JsonValue high
            && high.TryGetValue<double>(out var most)
            && (number > most || (schema["exclusiveMaximum"].IsTrue() && number >= most))
        )
        {
            errors.Add(
                FieldError.Invalid(
                    path,
                    value.Write(),
                    $"{path} in body should be "
                        + $"{(schema["exclusiveMaximum"].IsTrue() ? "less than" : "less than or equal to")} "
                        + $"{high.Write()}"
                )
            );
        }
    }

    private static Regex Compile(string pattern) => new(pattern, RegexOptions.CultureInvariant, PatternTimeout);
}
