using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace GemmaOperator.Check;

/// <summary>Holds where a schema of the cluster isn't the one that this program was built with.</summary>
/// <param name="Missing">Fields that the cluster's lacks: what is written there is dropped or refused.</param>
/// <param name="Unknown">Fields that only the cluster's has.</param>
/// <param name="Other">Fields of both that differ in type, bounds, defaults or rules.</param>
internal sealed record SchemaDifference(
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> Unknown,
    IReadOnlyList<string> Other
)
{
    /// <summary>Keys of a schema that are for people, or hold schemas themselves.</summary>
    private static readonly string[] NotOwn = ["description", "properties", "items", "additionalProperties"];

    public bool IsNone => Missing.Count + Unknown.Count + Other.Count == 0;

    public static SchemaDifference Between(V1JSONSchemaProps shipped, V1JSONSchemaProps found)
    {
        var byKind = Compare("", Json(shipped), Json(found)).ToLookup(d => d.Kind, d => d.Path);
        return new SchemaDifference([.. byKind[Kind.Missing]], [.. byKind[Kind.Unknown]], [.. byKind[Kind.Other]]);
    }

    private static IEnumerable<(Kind Kind, string Path)> Compare(string path, JsonObject shipped, JsonObject found)
    {
        if (!JsonNode.DeepEquals(Own(shipped), Own(found)))
        {
            yield return (Kind.Other, path.Length == 0 ? "." : path);
        }

        var (ours, theirs) = (shipped["properties"] as JsonObject ?? [], found["properties"] as JsonObject ?? []);
        var below = path.Length == 0 ? "" : path + ".";
        foreach (var name in theirs.Select(t => t.Key).Where(name => !ours.ContainsKey(name)))
        {
            yield return (Kind.Unknown, below + name);
        }

        foreach (var (name, schema) in ours)
        {
            if (theirs[name] is not JsonObject twin)
            {
                yield return (Kind.Missing, below + name);
                continue;
            }

            foreach (var difference in Compare(below + name, schema!.AsObject(), twin))
            {
                yield return difference;
            }
        }

        foreach (var difference in Below("items", "[]").Concat(Below("additionalProperties", "{}")))
        {
            yield return difference;
        }

        IEnumerable<(Kind Kind, string Path)> Below(string key, string suffix) =>
            shipped[key] is JsonObject item && found[key] is JsonObject twin ? Compare(path + suffix, item, twin)
            : JsonNode.DeepEquals(shipped[key], found[key]) ? []
            : [(Kind.Other, path + suffix)];
    }

    private static JsonObject Own(JsonObject schema)
    {
        var own = (JsonObject)schema.DeepClone();
        foreach (var key in NotOwn)
        {
            own.Remove(key);
        }

        return own;
    }

    private static JsonObject Json(V1JSONSchemaProps schema) =>
        JsonNode.Parse(KubernetesJson.Serialize(schema))!.AsObject();

    private enum Kind
    {
        Missing,
        Unknown,
        Other,
    }
}
