using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Schema;

namespace LocalCluster.Patching;

/// <summary>
/// Applies strategic merge patches of built-in kinds: lists with a merge key merge by it; <c>$patch</c> and
/// <c>$setElementOrder</c> directives.
/// </summary>
internal static class StrategicMerge
{
    public static JsonObject Apply(JsonObject target, JsonObject patch, Shape shape)
    {
        foreach (var (name, value) in patch)
        {
            if (name.StartsWith('$'))
            {
                DeleteFromPrimitives(target, name, value);
                continue;
            }

            switch (value)
            {
                case null:
                    target.Remove(name);
                    break;
                case JsonObject inner when inner.Text("$patch") == "delete":
                    target.Remove(name);
                    break;
                case JsonObject inner when inner.Text("$patch") == "replace" || target[name] is not JsonObject:
                    target[name] = Apply([], (JsonObject)inner.DeepClone(), shape.Field(name));
                    break;
                case JsonObject inner:
                    Apply((JsonObject)target[name]!, inner, shape.Field(name));
                    break;
                case JsonArray items when shape.Field(name).Keys.Count > 0:
                    target[name] = MergeList(target[name] as JsonArray ?? [], items, shape.Field(name));
                    break;
                case JsonArray items when shape.Field(name).IsSet && target[name] is JsonArray have:
                    target[name] = new JsonArray([
                        .. have.Concat(items)
                            .Select(i => i.Text())
                            .Distinct(StringComparer.Ordinal)
                            .Select(i => (JsonNode?)i),
                    ]);
                    break;
                default:
                    target[name] = value.DeepClone();
                    break;
            }
        }

        return target;
    }

    private static JsonArray MergeList(JsonArray have, JsonArray patch, Shape shape)
    {
        var result = new JsonArray([
            .. patch.Any(p => p is JsonObject o && o.Text("$patch") == "replace")
                ? []
                : have.Select(i => i?.DeepClone()),
        ]);
        foreach (var item in patch.OfType<JsonObject>().Where(i => i.Text("$patch") != "replace"))
        {
            var key = shape.Keys[0];
            var existing = result.OfType<JsonObject>().FirstOrDefault(i => JsonNode.DeepEquals(i[key], item[key]));
            if (item.Text("$patch") == "delete")
            {
                result.Remove(existing);
            }
            else if (existing is not null)
            {
                Apply(existing, item, shape.Item());
            }
            else
            {
                result.Add(Apply([], item, shape.Item()));
            }
        }

        return result;
    }

    private static void DeleteFromPrimitives(JsonObject target, string directive, JsonNode? value)
    {
        const string Prefix = "$deleteFromPrimitiveList/";
        if (
            directive.StartsWith(Prefix, StringComparison.Ordinal)
            && target[directive[Prefix.Length..]] is JsonArray list
            && value is JsonArray gone
        )
        {
            foreach (var item in gone)
            {
                list.Remove(list.FirstOrDefault(i => JsonNode.DeepEquals(i, item)));
            }
        }
    }
}
