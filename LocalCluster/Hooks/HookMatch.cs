using System.Text.Json.Nodes;
using LocalCluster.Discovery;
using LocalCluster.Json;

namespace LocalCluster.Hooks;

/// <summary>Decides whether a webhook or a policy is asked about a write, and under which of its versions.</summary>
internal static class HookMatch
{
    /// <summary>Returns the resource as it is asked about; null when it isn't.</summary>
    /// <param name="rules">The rules, one of which must match.</param>
    /// <param name="constraints">What has the selectors and the match policy.</param>
    /// <param name="asked">The write.</param>
    /// <param name="served">All that is served: a resource may be served in several versions.</param>
    public static ResourceInfo? Find(
        JsonArray? rules,
        JsonObject constraints,
        AdmissionAttributes asked,
        IEnumerable<ResourceInfo> served
    )
    {
        if (!Selects(constraints, asked))
        {
            return null;
        }

        var all = (rules ?? []).OfType<JsonObject>().ToList();
        if (all.Exists(r => Matches(r, asked, asked.Resource)))
        {
            return asked.Resource;
        }

        return constraints.Text("matchPolicy") == "Exact"
            ? null
            : served.FirstOrDefault(o =>
                o.IsCustom && o.Key == asked.Resource.Key && all.Exists(r => Matches(r, asked, o))
            );
    }

    /// <summary>Says whether a rule covers a write.</summary>
    public static bool Matches(JsonObject rule, AdmissionAttributes asked, ResourceInfo resource) =>
        InScope(rule.Text("scope"), resource)
        && Has(rule.Array("operations"), asked.Operation)
        && Has(rule.Array("apiGroups"), resource.Group)
        && Has(rule.Array("apiVersions"), resource.Version)
        && (rule.Array("resources") ?? []).Any(r => Covers(r.Text() ?? "", resource.Plural, asked.Request.Subresource))
        && (
            rule.Array("resourceNames") is not { Count: > 0 } names
            || names.Any(n => n.Text() == asked.Name && asked.Name.Length > 0)
        );

    private static bool Selects(JsonObject constraints, AdmissionAttributes asked)
    {
        var spaces = constraints.Object("namespaceSelector");
        var objects = constraints.Object("objectSelector");
        return (
                LabelSelection.IsEmpty(spaces)
                || asked.NamespaceName.Length == 0
                || LabelSelection.Matches(spaces, asked.NamespaceLabels)
            )
            && (
                LabelSelection.IsEmpty(objects)
                || (asked.Object is { } now && LabelSelection.Matches(objects, now.Metadata().Object("labels")))
                || (asked.Old is { } old && LabelSelection.Matches(objects, old.Metadata().Object("labels")))
            );
    }

    private static bool InScope(string? scope, ResourceInfo resource) =>
        scope switch
        {
            "Namespaced" => resource.Namespaced,
            "Cluster" => !resource.Namespaced,
            _ => true,
        };

    private static bool Has(JsonArray? items, string wanted) =>
        (items ?? []).Any(i => i.Text() is { } text && (text == "*" || text == wanted));

    private static bool Covers(string rule, string plural, string subresource)
    {
        var parts = rule.Split('/', 2);
        return (parts[0] == "*" || parts[0] == plural)
            && (parts.Length == 1 ? subresource.Length == 0 : parts[1] == "*" || parts[1] == subresource);
    }
}
