using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Schema;

namespace LocalCluster.Patching;

/// <summary>Walks a path of managedFields through an object.</summary>
internal static class FieldPath
{
    public static (bool Exists, JsonNode? Value) Get(JsonObject root, IReadOnlyList<string> path, Shape shape)
    {
        JsonNode? node = root;
        foreach (var element in path)
        {
            (var found, node, shape) = Step(node, element, shape);
            if (!found)
            {
                return (false, null);
            }
        }

        return (true, node);
    }

    public static void Remove(JsonObject root, IReadOnlyList<string> path, Shape shape)
    {
        JsonNode? node = root;
        foreach (var element in path.SkipLast(1))
        {
            (var found, node, shape) = Step(node, element, shape);
            if (!found)
            {
                return;
            }
        }

        var last = path[^1];
        switch (node)
        {
            case JsonObject o when last.StartsWith("f:", StringComparison.Ordinal):
                o.Remove(last[2..]);
                break;
            case JsonArray a
                when last.StartsWith("k:", StringComparison.Ordinal) && ListKey.Find(a, shape, last) is { } item:
                a.Remove(item);
                break;
            case JsonArray a when last.StartsWith("v:", StringComparison.Ordinal):
                if (a.FirstOrDefault(v => v.Write() == last[2..]) is { } value)
                {
                    a.Remove(value);
                }

                break;
        }
    }

    /// <summary>Shows a path to people: <c>.spec.items[name="x"].v</c>.</summary>
    public static string Show(IReadOnlyList<string> path)
    {
        var text = new StringBuilder();
        foreach (var element in path)
        {
            if (element.StartsWith("f:", StringComparison.Ordinal))
            {
                text.Append('.').Append(element.AsSpan(2));
            }
            else if (
                element.StartsWith("k:", StringComparison.Ordinal) && JsonNode.Parse(element[2..]) is JsonObject key
            )
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"[{string.Join(",", key.Select(k => $"{k.Key}={k.Value.Write()}"))}]"
                );
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"[={element[2..]}]");
            }
        }

        return text.ToString();
    }

    private static (bool, JsonNode?, Shape) Step(JsonNode? node, string element, Shape shape)
    {
        switch (node)
        {
            case JsonObject o when element.StartsWith("f:", StringComparison.Ordinal):
                var name = element[2..];
                return (o.ContainsKey(name), o[name], shape.Field(name));
            case JsonArray a when element.StartsWith("k:", StringComparison.Ordinal):
                var item = ListKey.Find(a, shape, element);
                return (item is not null, item, shape.Item());
            case JsonArray a when element.StartsWith("v:", StringComparison.Ordinal):
                var value = a.FirstOrDefault(v => v.Write() == element[2..]);
                return (value is not null, value, shape.Item());
            default:
                return (false, null, shape);
        }
    }
}
