using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Schema;

/// <summary>Finds what stands twice in sets and list maps.</summary>
internal static class ListValidator
{
    public static void Validate(JsonNode? value, JsonObject schema, string path, List<FieldError> errors)
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
                        Validate(item, child, FieldError.PathOf(path, name), errors);
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

                    Validate(a[i], items, $"{path}[{i}]", errors);
                }

                break;
        }
    }
}
