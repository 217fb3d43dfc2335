using System.Globalization;
using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Patching;

/// <summary>Applies RFC 6902; whatever fails is a 422, as from the API server.</summary>
internal static class JsonPatch
{
    public static JsonObject Apply(JsonObject target, JsonArray patch)
    {
        foreach (var step in patch.OfType<JsonObject>())
        {
            Step(target, step);
        }

        return target;
    }

    private static void Step(JsonObject target, JsonObject step)
    {
        var path = Pointer(step.Text("path"));
        switch (step.Text("op"))
        {
            case "add":
                Put(target, path, step["value"]?.DeepClone(), insert: true);
                break;
            case "replace":
                Find(target, path);
                Put(target, path, step["value"]?.DeepClone(), insert: false);
                break;
            case "remove":
                Remove(target, path);
                break;
            case "test" when JsonNode.DeepEquals(Find(target, path), step["value"]):
                break;
            case "move":
                var moved = Find(target, Pointer(step.Text("from")))?.DeepClone();
                Remove(target, Pointer(step.Text("from")));
                Put(target, path, moved, insert: true);
                break;
            case "copy":
                Put(target, path, Find(target, Pointer(step.Text("from")))?.DeepClone(), insert: true);
                break;
            default:
                throw Refused();
        }
    }

    private static string[] Pointer(string? pointer) =>
        pointer is ['/', .. var rest]
            ?
            [
                .. rest.Split('/')
                    .Select(p =>
                        p.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)
                    ),
            ]
            : throw Refused();

    private static JsonNode? Find(JsonNode? node, IEnumerable<string> path)
    {
        foreach (var part in path)
        {
            node = node switch
            {
                JsonObject o when o.ContainsKey(part) => o[part],
                JsonArray a when Index(part) is { } i && i < a.Count => a[i],
                _ => throw Refused(),
            };
        }

        return node;
    }

    private static void Put(JsonObject root, string[] path, JsonNode? value, bool insert)
    {
        switch (Find(root, path.SkipLast(1)))
        {
            case JsonObject o:
                o[path[^1]] = value;
                break;
            case JsonArray a when path[^1] == "-":
                a.Add(value);
                break;
            case JsonArray a when Index(path[^1]) is { } i && i <= a.Count:
                if (insert)
                {
                    a.Insert(i, value);
                }
                else
                {
                    a[i] = value;
                }

                break;
            default:
                throw Refused();
        }
    }

    private static void Remove(JsonObject root, string[] path)
    {
        Find(root, path);
        switch (Find(root, path.SkipLast(1)))
        {
            case JsonObject o:
                o.Remove(path[^1]);
                break;
            case JsonArray a:
                a.RemoveAt(Index(path[^1])!.Value);
                break;
        }
    }

    private static int? Index(string part) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var i) ? i : null;

    private static ApiException Refused() =>
        new(422, "Invalid", "the server rejected our request due to an error in our request", []);
}
