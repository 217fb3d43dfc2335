using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Tables;

/// <summary>Holds the columns that bindings of roles have after their name.</summary>
internal static class BindingCells
{
    public static IReadOnlyList<Column> All { get; } =
    [
        Cells.Text(
            "Role",
            "RoleRef can only reference a ClusterRole in the global namespace. If the RoleRef cannot be resolved, the "
                + "Authorizer must return an error. This field is immutable.",
            o => $"{o.Object("roleRef").Text("kind")}/{o.Object("roleRef").Text("name")}"
        ),
        Cells.Age,
        Cells.Text("Users", "Users in the rolebinding", o => Of(o, "User"), priority: 1),
        Cells.Text("Groups", "Groups in the rolebinding", o => Of(o, "Group"), priority: 1),
        Cells.Text("ServiceAccounts", "ServiceAccounts in the rolebinding", o => Of(o, "ServiceAccount"), priority: 1),
    ];

    private static string Of(JsonObject binding, string kind) =>
        string.Join(
            ", ",
            (binding.Array("subjects") ?? [])
                .OfType<JsonObject>()
                .Where(s => s.Text("kind") == kind)
                .Select(s => kind == "ServiceAccount" ? $"{s.Text("namespace")}/{s.Text("name")}" : s.Text("name"))
        );
}
