using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Nodes.Client;

/// <summary>Writes conditions of a status.</summary>
internal static class Conditions
{
    /// <summary>Sets a condition; its transition time moves when its status does.</summary>
    public static void Set(
        JsonArray conditions,
        string type,
        string status,
        string reason,
        string message,
        string now,
        params (string Field, string Value)[] times
    )
    {
        var old = conditions.OfType<JsonObject>().FirstOrDefault(c => c.Text("type") == type);
        var condition = new JsonObject { ["type"] = type, ["status"] = status };
        foreach (var (field, value) in times)
        {
            condition[field] = value;
        }

        condition["lastTransitionTime"] = old.Text("status") == status ? old.Text("lastTransitionTime") : now;
        condition["reason"] = reason;
        condition["message"] = message;
        if (old is null)
        {
            conditions.Add(condition);
        }
        else
        {
            conditions[conditions.IndexOf(old)] = condition;
        }
    }

    /// <summary>Says whether an object's condition is True.</summary>
    public static bool Has(JsonObject o, string type) =>
        (o.Object("status").Array("conditions") ?? [])
            .OfType<JsonObject>()
            .Any(c => c.Text("type") == type && c.Text("status") == "True");
}
