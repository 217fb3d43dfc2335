using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Quotas;

/// <summary>
/// Says what an object takes of a quota (pkg/quota/v1/evaluator/core): its count, and what a pod needs.
/// </summary>
internal static class QuotaUsage
{
    private static readonly string[] Compute = ["cpu", "memory", "ephemeral-storage"];

    /// <summary>Resources that quotas count by their plain name too.</summary>
    private static readonly HashSet<string> CountedPlainly = new(StringComparer.Ordinal)
    {
        "configmaps",
        "persistentvolumeclaims",
        "resourcequotas",
        "secrets",
        "services",
    };

    /// <summary>Returns what an object takes, by the names that quotas know.</summary>
    /// <param name="resource">The resource with its group, as <c>jobs.batch</c>.</param>
    /// <param name="json">The object.</param>
    public static Amounts Of(string resource, JsonObject json)
    {
        var usage = new Amounts();
        usage.Put($"count/{resource}", 1);
        if (CountedPlainly.Contains(resource))
        {
            usage.Put(resource, 1);
        }

        var spec = json.Object("spec");
        if (resource == "pods" && json.Object("status").Text("phase") is not ("Succeeded" or "Failed"))
        {
            usage.Put("pods", 1);
            Take(usage, PodResources.Requests(spec), PodResources.Limits(spec));
        }
        else if (resource == "persistentvolumeclaims")
        {
            var asked = Amounts.Of(spec.Object("resources").Object("requests"));
            usage.Copy("requests.storage", asked, "storage");
            if (spec.Text("storageClassName") is { Length: > 0 } storageClass)
            {
                usage.Copy($"{storageClass}.storageclass.storage.k8s.io/requests.storage", asked, "storage");
                usage.Put($"{storageClass}.storageclass.storage.k8s.io/persistentvolumeclaims", 1);
            }
        }

        return usage;
    }

    /// <summary>Returns the resource that a quota's name is about, with its group.</summary>
    public static string ResourceOf(string name) =>
        name.StartsWith("count/", StringComparison.Ordinal) ? name["count/".Length..]
        : CountedPlainly.Contains(name) ? name
        : name == "requests.storage" || name.Contains(".storageclass.storage.k8s.io/", StringComparison.Ordinal)
            ? "persistentvolumeclaims"
        : "pods";

    /// <summary>Says whether a quota with scopes is about a pod; others never are about what isn't a pod.</summary>
    public static bool InScopes(JsonObject quota, string resource, JsonObject json)
    {
        var spec = quota.Object("spec");
        var scopes = (spec.Array("scopes") ?? []).Select(s => (Name: s.Text()!, Test: (JsonObject?)null));
        var selected = (spec.Object("scopeSelector").Array("matchExpressions") ?? [])
            .OfType<JsonObject>()
            .Select(e => (Name: e.Text("scopeName")!, Test: (JsonObject?)e));
        return scopes.Concat(selected).All(s => resource == "pods" && InScope(s.Name, s.Test, json));
    }

    /// <summary>
    /// Says what containers must say because a quota counts it: cpu and memory; null when all do.
    /// </summary>
    public static string? Missing(IEnumerable<string> counted, JsonObject? spec)
    {
        var wanted = counted
            .Where(n =>
                n is "cpu" or "memory" or "requests.cpu" or "requests.memory" or "limits.cpu" or "limits.memory"
            )
            .Order(StringComparer.Ordinal);
        var missing = wanted
            .Select(n =>
                (
                    Name: n,
                    Containers: PodResources
                        .Containers(spec, "containers")
                        .Concat(PodResources.Containers(spec, "initContainers"))
                        .Where(c => !Says(c, n))
                        .Select(c => c.Text("name") ?? "")
                        .Distinct(StringComparer.Ordinal)
                        .Order(StringComparer.Ordinal)
                        .ToList()
                )
            )
            .Where(m => m.Containers.Count > 0)
            .Select(m => $"{m.Name} for: {string.Join(",", m.Containers)}")
            .ToList();
        return missing.Count == 0 ? null : $"must specify {string.Join("; ", missing)}";
    }

    private static bool Says(JsonObject container, string name)
    {
        var list = name.StartsWith("limits.", StringComparison.Ordinal) ? "limits" : "requests";
        return container.Object("resources").Object(list)?.ContainsKey(name[(name.LastIndexOf('.') + 1)..]) == true;
    }

    private static void Take(Amounts usage, Amounts requests, Amounts limits)
    {
        foreach (var name in requests.Names)
        {
            usage.Copy($"requests.{name}", requests, name);
            if (
                Compute.Contains(name, StringComparer.Ordinal)
                || name.StartsWith("hugepages-", StringComparison.Ordinal)
            )
            {
                usage.Copy(name, requests, name);
            }
        }

        foreach (var name in limits.Names.Where(n => Compute.Contains(n, StringComparer.Ordinal)))
        {
            usage.Copy($"limits.{name}", limits, name);
        }
    }

    private static bool InScope(string scope, JsonObject? test, JsonObject pod)
    {
        var spec = pod.Object("spec");
        return scope switch
        {
            "Terminating" => spec?["activeDeadlineSeconds"].Number() is >= 0,
            "NotTerminating" => spec?["activeDeadlineSeconds"].Number() is not >= 0,
            "BestEffort" => IsBestEffort(spec),
            "NotBestEffort" => !IsBestEffort(spec),
            "PriorityClass" => Selects(test, spec.Text("priorityClassName")),
            _ => false,
        };
    }

    private static bool Selects(JsonObject? test, string? name)
    {
        var values = (test.Array("values") ?? []).Select(v => v.Text());
        return test.Text("operator") switch
        {
            "In" => values.Contains(name, StringComparer.Ordinal),
            "NotIn" => !values.Contains(name, StringComparer.Ordinal),
            "DoesNotExist" => name is not { Length: > 0 },
            _ => name is { Length: > 0 },
        };
    }

    private static bool IsBestEffort(JsonObject? spec) =>
        PodResources
            .Requests(spec)
            .Names.Concat(PodResources.Limits(spec).Names)
            .All(n => n is not ("cpu" or "memory"));
}
