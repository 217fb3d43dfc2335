using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Storage;

namespace LocalCluster.Access;

/// <summary>
/// Evaluates the store's roles and bindings as the API server does (RBAC); what nothing allows is forbidden.
/// </summary>
internal sealed class RoleBasedAccess(ObjectStore store)
{
    private const string Group = "rbac.authorization.k8s.io";

    public bool IsAllowed(User user, AccessRequest request)
    {
        if (user.IsAdmin)
        {
            return true;
        }

        lock (store.Gate)
        {
            var everywhere = Bindings("clusterrolebindings", null)
                .Where(b => Names(b, user))
                .Any(b => Rules(b, "").Any(r => Allows(r, request)));
            return everywhere
                || (
                    request.Namespace.Length > 0
                    && Bindings("rolebindings", request.Namespace)
                        .Where(b => Names(b, user))
                        .Any(b => Rules(b, request.Namespace).Any(r => Allows(r, request)))
                );
        }
    }

    private IEnumerable<JsonObject> Bindings(string plural, string? ns) =>
        store.List($"{plural}.{Group}", ns).Objects.Select(o => o.Json);

    private static bool Names(JsonObject binding, User user) =>
        (binding.Array("subjects") ?? [])
            .OfType<JsonObject>()
            .Any(s =>
                s.Text("kind") switch
                {
                    "ServiceAccount" => user.Name == $"system:serviceaccount:{s.Text("namespace")}:{s.Text("name")}",
                    "Group" => user.Groups.Contains(s.Text("name") ?? "", StringComparer.Ordinal),
                    _ => s.Text("name") == user.Name,
                }
            );

    private IEnumerable<JsonObject> Rules(JsonObject binding, string ns)
    {
        var role = binding.Object("roleRef");
        var found =
            role.Text("kind") == "ClusterRole"
                ? store.Find($"clusterroles.{Group}", "", role.Text("name") ?? "")
                : store.Find($"roles.{Group}", ns, role.Text("name") ?? "");
        return (found?.Json.Array("rules") ?? []).OfType<JsonObject>();
    }

    private static bool Allows(JsonObject rule, AccessRequest request)
    {
        var resource = request.Subresource.Length == 0 ? request.Resource : $"{request.Resource}/{request.Subresource}";
        return Has(rule, "verbs", request.Verb)
            && Has(rule, "apiGroups", request.Group)
            && (
                Has(rule, "resources", resource)
                || (request.Subresource.Length > 0 && Has(rule, "resources", $"*/{request.Subresource}"))
            )
            && (rule.Array("resourceNames") is not { Count: > 0 } names || names.Any(n => n.Text() == request.Name));
    }

    private static bool Has(JsonObject rule, string field, string value) =>
        (rule.Array(field) ?? []).Any(v => v.Text() is { } text && (text == "*" || text == value));
}
