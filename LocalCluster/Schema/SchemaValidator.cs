using System.Globalization;
using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Schema;

/// <summary>
/// Validates objects against a structural schema, with the API server's messages. What is as it was before isn't looked
/// at again (ratcheting): a schema may have become narrower since.
/// </summary>
internal static class SchemaValidator
{
    public static IReadOnlyList<FieldError> Validate(JsonObject json, JsonObject? before, StructuralSchema schema)
    {
        var errors = new List<FieldError>();
        Properties(json, before, schema.Root, "", errors, isRoot: true);
        if (errors.Count == 0)
        {
            ListValidator.Validate(json, schema.Root, "", errors);
            if (errors.Count > 0 && before is not null)
            {
                // Lists that were wrong before are left in peace, as a whole.
                var old = new List<FieldError>();
                ListValidator.Validate(before, schema.Root, "", old);
                if (old.Count > 0)
                {
                    errors.Clear();
                }
            }
        }

        return errors;
    }

    private static void Value(JsonNode? value, JsonNode? old, JsonObject schema, string path, List<FieldError> errors)
    {
        if (old is not null && JsonNode.DeepEquals(value, old))
        {
            return;
        }

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
                Properties(o, old as JsonObject, schema, path, errors, isRoot: false);
                break;
            case JsonArray a:
                Items(a, old as JsonArray, schema, path, errors);
                break;
            case JsonValue v:
                ScalarValidator.Validate(v, schema, path, errors);
                break;
        }
    }

    private static void Properties(
        JsonObject o,
        JsonObject? old,
        JsonObject schema,
        string path,
        List<FieldError> errors,
        bool isRoot
    )
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

        var previous = schema.Text("x-kubernetes-map-type") == "atomic" ? null : old;
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
                Value(value, previous?[name], child, FieldError.PathOf(path, name), inner);
                found.AddRange(inner.Select(e => (name, e)));
            }
        }

        errors.AddRange(found.OrderBy(f => f.Field, StringComparer.Ordinal).Select(f => f.Error));
    }

    private static void Items(JsonArray a, JsonArray? old, JsonObject schema, string path, List<FieldError> errors)
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
            Value(a[i], Counterpart(a[i], old, schema), items, $"{path}[{i}]", errors);
        }
    }

    /// <summary>Returns the old item with the same keys; only items of list maps have one.</summary>
    private static JsonNode? Counterpart(JsonNode? item, JsonArray? old, JsonObject schema) =>
        new SchemaShape(schema).Keys is { Count: > 0 } keys
            ? old?.FirstOrDefault(o => keys.All(k => JsonNode.DeepEquals(o?[k], item?[k])))
            : null;

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
