using System.Text.Json.Nodes;

namespace Tests.Shared;

/// <summary>Writes what differs between two objects as a JSON patch; lists that differ are replaced whole.</summary>
internal static class JsonDifference
{
    public static JsonArray Between(JsonObject before, JsonObject after)
    {
        var steps = new JsonArray();
        Compare(before, after, "", steps);
        return steps;
    }

    private static void Compare(JsonObject before, JsonObject after, string path, JsonArray steps)
    {
        foreach (var (field, _) in before)
        {
            if (!after.ContainsKey(field))
            {
                steps.Add(new JsonObject { ["op"] = "remove", ["path"] = At(path, field) });
            }
        }

        foreach (var (field, value) in after)
        {
            if (before[field] is JsonObject old && value is JsonObject now)
            {
                Compare(old, now, At(path, field), steps);
            }
            else if (!before.ContainsKey(field) || !JsonNode.DeepEquals(before[field], value))
            {
                steps.Add(
                    new JsonObject
                    {
                        ["op"] = before.ContainsKey(field) ? "replace" : "add",
                        ["path"] = At(path, field),
                        ["value"] = value?.DeepClone(),
                    }
                );
            }
        }
    }

    private static string At(string path, string field) =>
        $"{path}/{field.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
}
