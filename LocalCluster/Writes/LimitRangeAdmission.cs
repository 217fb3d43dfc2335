using System.Text.Json.Nodes;
using LocalCluster.Builtin;
using LocalCluster.Discovery;
using LocalCluster.Hooks;
using LocalCluster.Json;
using LocalCluster.Quotas;
using LocalCluster.Storage;

namespace LocalCluster.Writes;

/// <summary>
/// Gives the containers of new pods what the namespace's LimitRanges say, and holds pods and claims to their bounds,
/// as the LimitRanger plugin does. Call under the store's lock.
/// </summary>
internal sealed class LimitRangeAdmission(ObjectStore store)
{
    /// <summary>Fills in what containers don't ask for, and says so in an annotation.</summary>
    public void Fill(string ns, JsonObject pod)
    {
        foreach (var (_, limit) in Limits(ns).Where(l => l.Limit.Text("type") == "Container"))
        {
            PodTemplate.DefaultRequests(pod.Child("spec"));
            var said = new[] { "containers", "initContainers" }
                .SelectMany(list => PodResources.Containers(pod.Object("spec"), list))
                .SelectMany(c => Fill(c, limit))
                .ToList();
            if (said.Count > 0)
            {
                pod.Metadata().Child("annotations")["kubernetes.io/limit-ranger"] =
                    $"LimitRanger plugin set: {string.Join("; ", said)}";
            }
        }
    }

    /// <exception cref="Errors.ApiException">It is out of bounds (403).</exception>
    public void Check(ResourceInfo resource, string ns, JsonObject json)
    {
        var spec = json.Object("spec");
        foreach (var (name, limit) in Limits(ns))
        {
            List<string> problems = (limit.Text("type"), resource.Key) switch
            {
                ("Container", "pods") =>
                [
                    .. new[] { "containers", "initContainers" }
                        .SelectMany(list => PodResources.Containers(spec, list))
                        .SelectMany(c => LimitBounds.Broken(limit, List(c, "requests"), List(c, "limits"))),
                ],
                ("Pod", "pods") =>
                [
                    .. LimitBounds.Broken(limit, PodResources.Requests(spec), PodResources.Limits(spec)),
                ],
                ("PersistentVolumeClaim", "persistentvolumeclaims") =>
                [
                    .. LimitBounds.BrokenByClaim(limit, Amounts.Of(spec.Object("resources").Object("requests"))),
                ],
                _ => [],
            };
            if (problems.Count > 0)
            {
                var why = problems.Count == 1 ? problems[0] : $"[{string.Join(", ", problems)}]";
                throw AdmissionAttributes.Forbidden(resource, "", json, why);
            }
        }
    }

    private IEnumerable<(string Name, JsonObject Limit)> Limits(string ns) =>
        store
            .List("limitranges", ns)
            .Objects.SelectMany(r =>
                (r.Json.Object("spec").Array("limits") ?? []).OfType<JsonObject>().Select(l => (r.Name, l))
            );

    private static Amounts List(JsonObject container, string list) =>
        Amounts.Of(container.Object("resources").Object(list));

    private static IEnumerable<string> Fill(JsonObject container, JsonObject limit)
    {
        foreach (var (list, from) in new[] { ("request", "defaultRequest"), ("limit", "default") })
        {
            var (own, set) = (container.Child("resources").Child($"{list}s"), new List<string>());
            foreach (var (name, value) in limit.Object(from) ?? [])
            {
                if (!own.ContainsKey(name))
                {
                    own[name] = value?.DeepClone();
                    set.Add(name);
                }
            }

            if (own.Count == 0)
            {
                container.Child("resources").Remove($"{list}s");
            }

            if (set.Count > 0)
            {
                var names = string.Join(", ", set.Order(StringComparer.Ordinal));
                yield return $"{names} {list} for container {container.Text("name")}";
            }
        }
    }
}
