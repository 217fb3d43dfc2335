using System.Globalization;
using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Schema;

/// <summary>
/// Validates objects against a structural schema, with the API server's messages. CEL rules aren't evaluated.
/// </summary>
internal static class SchemaValidator
{
    public static IReadOnlyList<FieldError> Validate(JsonObject json, StructuralSchema schema, bool hasRules)
    {
        var errors = new List<FieldError>();
        Properties(json, schema.Root, "", errors, isRoot: true);
        if (errors.Count == 0)
        {
            ListValidator.Validate(json, schema.Root, "", errors);
        }

        if (hasRules && errors.Any(e => e.BlocksRules))
        {
            errors.Add(
                FieldError.Invalid(
                    "<nil>",
                    "null",
                    "some validation rules were not checked because the object was invalid; correct the "
                        + "existing errors to complete validation"
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
                ScalarValidator.Validate(v, schema, path, errors);
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
                found.Add((name, FieldError.Required(FieldError.PathOf(path, name))));
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
                Value(value, child, FieldError.PathOf(path, name), inner);
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
}
