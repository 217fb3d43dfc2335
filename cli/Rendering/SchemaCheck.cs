using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Check;
using k8s.Models;
using KubectlGemma.Cluster;

namespace KubectlGemma.Rendering;

/// <summary>
/// Finds what the API server's schema would refuse before an operator sees it: fields that nobody knows, and values of
/// another type. What values may be, the operator's own rules say.
/// </summary>
internal static class SchemaCheck
{
    public static IReadOnlyList<string> Find(JsonObject image)
    {
        var problems = new List<string>();
        var kind = (string)image["kind"]!;
        var schema = ShippedDefinitions.All.Single(d => d.Spec.Names.Kind == kind).Spec.Versions.Single().Schema;
        foreach (var field in (string[])["spec"])
        {
            if (image[field] is { } value)
            {
                Check(value, schema.OpenAPIV3Schema.Properties[field], field, problems);
            }
        }

        if (image["spec"] is null)
        {
            problems.Add("spec: it is missing; kubectl explain gemmabaseimage.spec says what it holds");
        }

        return problems;
    }

    private static void Check(JsonNode? node, V1JSONSchemaProps schema, string path, List<string> problems)
    {
        if (node is null || schema.XKubernetesIntOrString == true || schema.Type is not { Length: > 0 } type)
        {
            return;
        }

        if (!IsOf(node, type))
        {
            problems.Add($"{path}: it is {Word(node)}; it must be {type}");
            return;
        }

        switch (node)
        {
            case JsonArray list when schema.Items is JsonElement or V1JSONSchemaProps:
                for (var i = 0; i < list.Count; i++)
                {
                    Check(list[i], ItemOf(schema.Items), $"{path}[{i}]", problems);
                }

                break;
            case JsonObject map when schema.Properties is { Count: > 0 } known:
                foreach (var (name, value) in map)
                {
                    if (known.TryGetValue(name, out var below))
                    {
                        Check(value, below, $"{path}.{name}", problems);
                    }
                    else if (schema.XKubernetesPreserveUnknownFields != true)
                    {
                        problems.Add($"{path}.{name}: there is no such field{Nearest.Suggest(name, [.. known.Keys])}");
                    }
                }

                break;
        }
    }

    private static V1JSONSchemaProps ItemOf(object items) =>
        items as V1JSONSchemaProps ?? ((JsonElement)items).Deserialize<V1JSONSchemaProps>()!;

    private static bool IsOf(JsonNode node, string type) =>
        (type, node.GetValueKind()) switch
        {

            ("object", JsonValueKind.Object)
            or
            ("array", JsonValueKind.Array)
            or
            ("string", JsonValueKind.String)
            or
            ("number", JsonValueKind.Number)
            or ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
            ("integer", JsonValueKind.Number) => !node.ToJsonString().AsSpan().ContainsAny(".eE"),
            _ => false,
        };

    private static string Word(JsonNode node) =>
        node.GetValueKind() switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "a list",
            JsonValueKind.String => "text",
            JsonValueKind.Number => "a number",
            _ => "true or false",
        };
}
