using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Text;

namespace KubectlGemma.Bundle;

/// <summary>
/// Copies objects without what may be secret. Values of variables are left out whatever they are called, but for those
/// that the operator itself sets.
/// </summary>
internal static class Redactor
{
    private const string Hidden = "***";

    private static readonly HashSet<string> OwnVariables = new(StringComparer.Ordinal)
    {
        "MODEL_NAME",
        "MODEL_PATH",
        "PORT",
        "DEVICE",
        "KANIKO_DIR",
        "DOCKER_CONFIG",
    };

    /// <summary>Names what holds the same once more, in a form that can't be looked through.</summary>
    private static readonly HashSet<string> Dropped = new(StringComparer.Ordinal)
    {
        "managedFields",
        "kubectl.kubernetes.io/last-applied-configuration",
        "servingTemplate",
    };

    public static JsonNode? Copy(JsonElement of) => Copy(JsonNode.Parse(of.GetRawText()), name: "");

    private static JsonNode? Copy(JsonNode? node, string name) =>
        node switch
        {
            JsonObject map => Copy(map),
            JsonArray list when name == "env" => new JsonArray([.. list.Select(Variable)]),
            JsonArray list => new JsonArray([.. list.Select(item => Copy(item, name: ""))]),
            JsonValue value when value.GetValueKind() == JsonValueKind.String => Text(value.GetValue<string>(), name),
            _ => node?.DeepClone(),
        };

    private static JsonObject Copy(JsonObject map)
    {
        var isOfVariables =
            map["field"] is JsonValue field && field.TryGetValue<string>(out var path) && IsOfVariables(path);
        var copy = new JsonObject();
        foreach (var (name, value) in map)
        {
            if (!Dropped.Contains(name))
            {
                copy[name] =
                    (isOfVariables && name is "old" or "new") || IsOfVariables(name) ? Hidden : Copy(value, name);
            }
        }

        return copy;
    }

    private static bool IsOfVariables(string path) =>
        path.StartsWith("spec.env", StringComparison.Ordinal)
        || path.Contains(".server.env", StringComparison.Ordinal)
        || path.StartsWith("spec.dockerfile", StringComparison.Ordinal);

    private static JsonNode? Variable(JsonNode? node)
    {
        var copy = Copy(node, name: "");
        if (copy is JsonObject map && map["value"] is not null && !OwnVariables.Contains((string?)map["name"] ?? ""))
        {
            map["value"] = Hidden;
        }

        return copy;
    }

    private static JsonValue Text(string text, string name) =>
        JsonValue.Create(
            name == "dockerfile"
                ? string.Join('\n', text.Split('\n').Select(l => Instruction(MaskedLog.Clean(l))))
                : MaskedLog.Clean(text)
        );

    private static string Instruction(string line) =>
        line.TrimStart() is ['E' or 'e', 'N' or 'n', 'V' or 'v', ' ', ..]
        || line.TrimStart().StartsWith("ARG ", StringComparison.OrdinalIgnoreCase)
            ? line.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
                ? line[..(at + 1)] + Hidden
                : line
            : line;
}
