using System.Text.Json.Nodes;

namespace LocalCluster.Discovery;

/// <summary>Renders discovery documents: by group and version, and aggregated.</summary>
internal sealed class DiscoveryWriter(ResourceCatalog catalog)
{
    private static readonly string[] Verbs =
    [
        "create",
        "delete",
        "deletecollection",
        "get",
        "list",
        "patch",
        "update",
        "watch",
    ];

    private static readonly string[] StatusVerbs = ["get", "patch", "update"];

    public static JsonObject Version() =>
        new()
        {
            ["major"] = "1",
            ["minor"] = "36",
            ["gitVersion"] = "v1.36.2",
            ["platform"] = "linux/amd64",
        };

    public static JsonObject CoreVersions(string address) =>
        new()
        {
            ["kind"] = "APIVersions",
            ["versions"] = new JsonArray("v1"),
            ["serverAddressByClientCIDRs"] = new JsonArray(
                new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = address }
            ),
        };

    public JsonObject Groups() =>
        new()
        {
            ["kind"] = "APIGroupList",
            ["apiVersion"] = "v1",
            ["groups"] = new JsonArray([.. GroupNames().Select(g => (JsonNode)Group(g))]),
        };

    /// <summary>Returns a group's document; null when it isn't served.</summary>
    public JsonObject? GroupDocument(string group)
    {
        if (!GroupNames().Contains(group, StringComparer.Ordinal))
        {
            return null;
        }

        var json = Group(group);
        json.Insert(0, "kind", "APIGroup");
        json.Insert(1, "apiVersion", "v1");
        return json;
    }

    /// <summary>Returns a version's document; null when it isn't served.</summary>
    public JsonObject? Resources(string group, string version)
    {
        var served = catalog
            .All.Where(r => r.Group == group && r.Version == version)
            .OrderBy(r => r.Plural, StringComparer.Ordinal)
            .ToList();
        return served.Count == 0
            ? null
            : new JsonObject
            {
                ["kind"] = "APIResourceList",
                ["apiVersion"] = "v1",
                ["groupVersion"] = served[0].GroupVersion,
                ["resources"] = new JsonArray([.. served.SelectMany(Entries)]),
            };
    }

    /// <summary>Returns aggregated discovery (apidiscovery.k8s.io/v2) of the core group or of all others.</summary>
    public JsonObject Aggregated(bool core) =>
        new()
        {
            ["kind"] = "APIGroupDiscoveryList",
            ["apiVersion"] = "apidiscovery.k8s.io/v2",
            ["metadata"] = new JsonObject(),
            ["items"] = new JsonArray([
                .. (core ? [""] : GroupNames()).Select(g =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["metadata"] = g.Length == 0 ? new JsonObject() : new JsonObject { ["name"] = g },
                            ["versions"] = new JsonArray([
                                .. VersionsOf(g)
                                    .Select(v =>
                                        (JsonNode)
                                            new JsonObject
                                            {
                                                ["version"] = v,
                                                ["resources"] = new JsonArray([
                                                    .. catalog
                                                        .All.Where(r => r.Group == g && r.Version == v)
                                                        .OrderBy(r => r.Plural, StringComparer.Ordinal)
                                                        .Select(Aggregate),
                                                ]),
                                                ["freshness"] = "Current",
                                            }
                                    ),
                            ]),
                        }
                ),
            ]),
        };

    private IEnumerable<string> GroupNames() =>
        catalog.All.Select(r => r.Group).Where(g => g.Length > 0).Distinct(StringComparer.Ordinal);

    private IEnumerable<string> VersionsOf(string group) =>
        catalog.All.Where(r => r.Group == group).Select(r => r.Version).Distinct(StringComparer.Ordinal);

    private JsonObject Group(string group)
    {
        var versions = VersionsOf(group)
            .Select(v => new JsonObject { ["groupVersion"] = $"{group}/{v}", ["version"] = v })
            .ToList();
        return new JsonObject
        {
            ["name"] = group,
            ["versions"] = new JsonArray([.. versions]),
            ["preferredVersion"] = versions[0].DeepClone(),
        };
    }

    private static IEnumerable<JsonNode> Entries(ResourceInfo r)
    {
        var entry = new JsonObject
        {
            ["name"] = r.Plural,
            ["singularName"] = r.Singular,
            ["namespaced"] = r.Namespaced,
            ["kind"] = r.Kind,
            ["verbs"] = Words(
                r.IsReview ? ["create"]
                : r.IsCustom ? ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"]
                : Verbs
            ),
        };
        if (r.ShortNames.Count > 0)
        {
            entry["shortNames"] = Words(r.ShortNames);
        }

        if (r.Categories.Count > 0)
        {
            entry["categories"] = Words(r.Categories);
        }

        yield return entry;
        if (r.HasStatus)
        {
            yield return new JsonObject
            {
                ["name"] = r.Plural + "/status",
                ["singularName"] = "",
                ["namespaced"] = r.Namespaced,
                ["kind"] = r.Kind,
                ["verbs"] = Words(StatusVerbs),
            };
        }

        if (r.ScalePath is not null)
        {
            yield return new JsonObject
            {
                ["name"] = r.Plural + "/scale",
                ["singularName"] = "",
                ["namespaced"] = r.Namespaced,
                ["group"] = "autoscaling",
                ["version"] = "v1",
                ["kind"] = "Scale",
                ["verbs"] = Words(StatusVerbs),
            };
        }

        if (r.Key == "pods")
        {
            yield return new JsonObject
            {
                ["name"] = "pods/log",
                ["singularName"] = "",
                ["namespaced"] = true,
                ["kind"] = "Pod",
                ["verbs"] = Words(["get"]),
            };
        }
    }

    private static JsonNode Aggregate(ResourceInfo r)
    {
        var json = new JsonObject
        {
            ["resource"] = r.Plural,
            ["responseKind"] = new JsonObject
            {
                ["group"] = r.IsCustom ? r.Group : "",
                ["version"] = r.IsCustom ? r.Version : "",
                ["kind"] = r.Kind,
            },
            ["scope"] = r.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = r.Singular,
            ["verbs"] = Words(r.IsReview ? ["create"] : Verbs),
        };
        if (r.ShortNames.Count > 0)
        {
            json["shortNames"] = Words(r.ShortNames);
        }

        if (r.Categories.Count > 0)
        {
            json["categories"] = Words(r.Categories);
        }

        if (r.HasStatus)
        {
            json["subresources"] = new JsonArray(
                new JsonObject
                {
                    ["subresource"] = "status",
                    ["responseKind"] = json["responseKind"]!.DeepClone(),
                    ["verbs"] = Words(StatusVerbs),
                }
            );
        }

        return json;
    }

    private static JsonArray Words(IEnumerable<string> words) => new([.. words.Select(w => (JsonNode)w)]);
}
