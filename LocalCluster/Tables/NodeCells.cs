using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Tables;

/// <summary>Reads the cells of nodes.</summary>
internal static class NodeCells
{
    private const string RolePrefix = "node-role.kubernetes.io/";

    public static string Status(JsonObject node)
    {
        var ready = (node.Object("status").Array("conditions") ?? [])
            .OfType<JsonObject>()
            .FirstOrDefault(c => c.Text("type") == "Ready")
            .Text("status");
        var status =
            ready is null ? "Unknown"
            : ready == "True" ? "Ready"
            : "NotReady";
        return node.Object("spec")?["unschedulable"].IsTrue() == true ? $"{status},SchedulingDisabled" : status;
    }

    public static string Roles(JsonObject node) =>
        Cells.OrNone(
            string.Join(
                ',',
                (node.Metadata().Object("labels") ?? [])
                    .Select(l => l.Key)
                    .Where(k => k.StartsWith(RolePrefix, StringComparison.Ordinal) && k.Length > RolePrefix.Length)
                    .Select(k => k[RolePrefix.Length..])
                    .Order(StringComparer.Ordinal)
            )
        );

    public static string? Info(JsonObject node, string field) =>
        node.Object("status").Object("nodeInfo").Text(field) is { Length: > 0 } text ? text : null;

    public static string Address(JsonObject node, string type) =>
        Cells.OrNone(
            (node.Object("status").Array("addresses") ?? [])
                .OfType<JsonObject>()
                .FirstOrDefault(a => a.Text("type") == type)
                .Text("address")
        );
}
