using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Schema;

/// <summary>
/// Prunes and defaults by a CRD version's structural schema, and says how its objects merge, as the API server does.
/// </summary>
internal sealed class StructuralSchema(JsonObject root)
{
    public JsonObject Root { get; } = root;

    public Shape Shape { get; } = new ObjectShape(new SchemaShape(root));

    /// <summary>Removes what the schema doesn't know; the paths of what was removed.</summary>
    public IReadOnlyList<string> Prune(JsonObject json)
    {
        var unknown = new List<string>();
        foreach (var field in json.Select(f => f.Key).ToList())
        {
            if (field is "apiVersion" or "kind" or "metadata")
            {
                continue;
            }

            PruneField(json, field, Root, "", unknown);
        }

        return unknown;
    }

    /// <summary>
    /// Fills in defaults; a null where the schema has a default and doesn't allow null counts as left out.
    /// </summary>
    public void Default(JsonObject json) => DefaultValue(json, Root, isRoot: true);

    private static void PruneField(
        JsonObject parent,
        string field,
        JsonObject schema,
        string path,
        List<string> unknown
    )
    {
        var at = path.Length == 0 ? field : $"{path}.{field}";
        var child = schema.Object("properties").Object(field) ?? schema.Object("additionalProperties");
        if (child is null)
        {
            if (!schema["x-kubernetes-preserve-unknown-fields"].IsTrue() && !schema["additionalProperties"].IsTrue())
            {
                parent.Remove(field);
                unknown.Add(at);
            }

            return;
        }

        PruneValue(parent[field], child, at, unknown);
    }

    private static void PruneValue(JsonNode? value, JsonObject schema, string path, List<string> unknown)
    {
        switch (value)
        {
            case JsonObject o when !schema["x-kubernetes-embedded-resource"].IsTrue():
                foreach (var field in o.Select(f => f.Key).ToList())
                {
                    PruneField(o, field, schema, path, unknown);
                }

                break;
            case JsonArray a when schema.Object("items") is { } items:
                for (var i = 0; i < a.Count; i++)
                {
                    PruneValue(a[i], items, $"{path}[{i}]", unknown);
                }

                break;
        }
    }

    private static void DefaultValue(JsonNode? value, JsonObject schema, bool isRoot = false)
    {
        switch (value)
        {
            case JsonObject o:
                foreach (var (name, property) in schema.Object("properties") ?? [])
                {
                    if (property is not JsonObject p || (isRoot && name is "metadata" or "apiVersion" or "kind"))
                    {
                        continue;
                    }

                    if (
                        p["default"] is { } given
                        && (!o.ContainsKey(name) || (o[name] is null && !p["nullable"].IsTrue()))
                    )
                    {
                        o[name] = given.DeepClone();
                    }

                    DefaultValue(o[name], p);
                }

                if (schema.Object("additionalProperties") is { } each)
                {
                    foreach (var (_, item) in o)
                    {
                        DefaultValue(item, each);
                    }
                }

                break;
            case JsonArray a when schema.Object("items") is { } items:
                foreach (var item in a)
                {
                    DefaultValue(item, items);
                }

                break;
        }
    }
}
