using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Schema;

namespace LocalCluster.Patching;

/// <summary>Identifies an item in a list map, as managedFields write it: <c>k:{"name":"x"}</c>.</summary>
internal static class ListKey
{
    public static string Of(JsonObject item, Shape list)
    {
        var key = new JsonObject();
        foreach (var field in list.Keys.Order(StringComparer.Ordinal))
        {
            key[field] = item[field]?.DeepClone() ?? list.KeyDefault(field);
        }

        return "k:" + key.Write();
    }

    public static JsonObject? Find(JsonArray items, Shape list, string key) =>
        items.OfType<JsonObject>().FirstOrDefault(i => Of(i, list) == key);
}
