using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Schema;

/// <summary>
/// Validates a value against a structural schema, with the API server's messages. CEL rules aren't evaluated.
/// </summary>
internal static class SchemaValidator
{
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromSeconds(1);

    /// <summary>A definition has some hundred patterns, and each write is held to them.</summary>
    private static readonly ConcurrentDictionary<string, Regex> Patterns = new(StringComparer.Ordinal);

    public static IReadOnlyList<FieldError> Validate(JsonObject json, StructuralSchema schema, bool hasRules)
    {
        var errors = new List<FieldError>();
        Properties(json, schema.Root, "", errors, isRoot: true);
        if (errors.Count == 0)
        {
            Lists(json, schema.Root, "", errors);
        }

        if (hasRules && errors.Any(e => e.BlocksRules))
        {
            errors.Add(
                FieldError.Invalid(
                    "<nil>",
                    "null",
                    "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"
                )
            );
        }

        return errors;
    }

    private static void Value(JsonNode? value, JsonObject schema, string path, List<FieldError> errors)
    {
        if (value is null)
        {
            if (!schema["nullable"].IsTrue() && schema.Text("type") is { } wanted)
            {
                errors.Add(FieldError.WrongType(path, "\"null\"", wanted));
            }

            return;
        }

        if (!HasType(value, schema))
        {
            errors.Add(FieldError.WrongType(path, $"\"{TypeOf(value)}\"", schema.Text("type") ?? "integer,string"));
            return;
        }

        switch (value)
        {
            case JsonObject o:
                Properties(o, schema, path, errors, isRoot: false);
                break;
            case JsonArray a:
                Items(a, schema, path, errors);
                break;
            case JsonValue v:
                Scalar(v, schema, path, errors);
                break;
        }
    }

    private static void Properties(JsonObject o, JsonObject schema, string path, List<FieldError> errors, bool isRoot)
    {
        if (schema["maxProperties"].Number() is { } most && o.Count > most)
        {
            errors.Add(FieldError.TooMany(path, o.Count, most));
        }

        if (schema["minProperties"].Number() is { } least && o.Count < least)
        {
            errors.Add(
                FieldError.Invalid(
                    path,
                    o.Count.ToString(CultureInfo.InvariantCulture),
                    $"{path} in body should have at least {least} properties"
                )
            );
        }

        var found = new List<(string Field, FieldError Error)>();
        foreach (var name in (schema.Array("required") ?? []).Select(r => r.Text()!))
        {
            if (!o.ContainsKey(name))
            {
                found.Add((name, FieldError.Required(At(path, name))));
            }
        }

        foreach (var (name, value) in o)
        {
            if (isRoot && name is "metadata" or "apiVersion" or "kind")
            {
                continue;
            }

            if ((schema.Object("properties").Object(name) ?? schema.Object("additionalProperties")) is { } child)
            {
                var inner = new List<FieldError>();
                Value(value, child, At(path, name), inner);
                found.AddRange(inner.Select(e => (name, e)));
            }
        }

        errors.AddRange(found.OrderBy(f => f.Field, StringComparer.Ordinal).Select(f => f.Error));
    }

    private static void Items(JsonArray a, JsonObject schema, string path, List<FieldError> errors)
    {
        if (schema["maxItems"].Number() is { } most && a.Count > most)
        {
            errors.Add(FieldError.TooMany(path, a.Count, most));
            return;
        }

        if (schema["minItems"].Number() is { } least && a.Count < least)
        {
            errors.Add(
                FieldError.Invalid(
                    path,
                    a.Count.ToString(CultureInfo.InvariantCulture),
                    $"{path} in body should have at least {least} items"
                )
            );
        }

        for (var i = 0; i < a.Count && schema.Object("items") is { } items; i++)
        {
            Value(a[i], items, $"{path}[{i}]", errors);
        }
    }

    private static void Scalar(JsonValue value, JsonObject schema, string path, List<FieldError> errors)
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
                    $"{path} in body should be {(schema["exclusiveMinimum"].IsTrue() ? "greater than" : "greater than or equal to")} {low.Write()}"
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
                    $"{path} in body should be {(schema["exclusiveMaximum"].IsTrue() ? "less than" : "less than or equal to")} {high.Write()}"
                )
            );
        }
    }

    /// <summary>Sets and list maps must not repeat themselves.</summary>
    private static void Lists(JsonNode? value, JsonObject schema, string path, List<FieldError> errors)
    {
        switch (value)
        {
            case JsonObject o:
                foreach (var (name, item) in o)
                {
                    if (
                        (schema.Object("properties").Object(name) ?? schema.Object("additionalProperties")) is { } child
                    )
                    {
                        Lists(item, child, At(path, name), errors);
                    }
                }

                break;
            case JsonArray a when schema.Object("items") is { } items:
                var seen = new HashSet<string>(StringComparer.Ordinal);
                var shape = new SchemaShape(schema);
                for (var i = 0; i < a.Count; i++)
                {
                    var key =
                        shape.IsSet ? a[i].Write()
                        : shape.Keys.Count > 0 && a[i] is JsonObject entry
                            ? new JsonObject(
                                shape.Keys.Select(k =>
                                    KeyValuePair.Create(k, entry[k]?.DeepClone() ?? shape.KeyDefault(k))
                                )
                            ).Write()
                        : null;
                    if (key is not null && !seen.Add(key))
                    {
                        errors.Add(FieldError.Duplicate($"{path}[{i}]", key));
                    }

                    Lists(a[i], items, $"{path}[{i}]", errors);
                }

                break;
        }
    }

    private static string At(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static bool HasType(JsonNode value, JsonObject schema)
    {
        if (schema["x-kubernetes-int-or-string"].IsTrue())
        {
            return TypeOf(value) is "integer" or "string";
        }

        return (schema.Text("type"), TypeOf(value)) switch
        {
            (null, _) => true,
            ("number", "integer") => true,
            var (wanted, has) => wanted == has,
        };
    }

    private static string TypeOf(JsonNode value) =>
        value switch
        {
            JsonObject => "object",
            JsonArray => "array",
            JsonValue v when v.TryGetValue<bool>(out _) => "boolean",
            JsonValue v when v.TryGetValue<string>(out _) => "string",
            _ => value.Number() is null ? "number" : "integer",
        };

    private static Regex Compile(string pattern) => new(pattern, RegexOptions.CultureInvariant, PatternTimeout);
}
