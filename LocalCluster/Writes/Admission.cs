using System.Text.Json.Nodes;
using LocalCluster.Builtin;
using LocalCluster.Discovery;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Requests;
using LocalCluster.Storage;

namespace LocalCluster.Writes;

/// <summary>
/// Does to new objects what the admission plugins of an API server do that look at other objects: Priority,
/// RuntimeClass, DefaultStorageClass, StorageObjectInUseProtection, LimitRanger and ResourceQuota. Call under the
/// store's lock.
/// </summary>
internal sealed class Admission(ObjectStore store)
{
    private readonly LimitRangeAdmission _limits = new(store);
    private readonly QuotaAdmission _quotas = new(store);

    private const string DefaultClass = "storageclass.kubernetes.io/is-default-class";

    /// <exception cref="ApiException">It names a class that isn't there (403).</exception>
    public void Admit(ResourceInfo resource, JsonObject json)
    {
        switch (resource.Key)
        {
            case "pods":
                TakePriority(json);
                TakeRuntime(json);
                _limits.Fill(json.Metadata().Text("namespace") ?? "", json);
                break;
            case "persistentvolumeclaims":
                Protect(json, "kubernetes.io/pvc-protection");
                TakeStorageClass(json);
                break;
            case "persistentvolumes":
                Protect(json, "kubernetes.io/pv-protection");
                break;
        }
    }

    /// <summary>Holds a finished object to the limits of its namespace, and charges it to its quotas.</summary>
    /// <exception cref="ApiException">They don't allow it (403).</exception>
    public void Charge(ApiRequest request, JsonObject json)
    {
        if (request.Namespace is { Length: > 0 } ns)
        {
            _limits.Check(request.Resource, ns, json);
            _quotas.Charge(request.Resource, ns, json, request.IsDryRun);
        }
    }

    private void TakePriority(JsonObject pod)
    {
        var spec = pod.Child("spec");
        var found = spec.Text("priorityClassName") is { Length: > 0 } name
            ? store.Find("priorityclasses.scheduling.k8s.io", "", name)?.Json
                ?? throw Forbidden(pod, $"no PriorityClass with name {name} was found")
            : All("priorityclasses.scheduling.k8s.io")
                .Where(c => c["globalDefault"].IsTrue())
                .MinBy(c => c["value"].Number());
        var priority = found?["value"].Number() ?? 0;
        if (spec["priority"].Number() is { } given && given != priority)
        {
            throw Forbidden(
                pod,
                $"the integer value of priority ({given}) must not be provided in pod spec; priority admission "
                    + $"controller computed {priority} from the given PriorityClass name"
            );
        }

        spec["priority"] = priority;
        if (found is not null)
        {
            spec["priorityClassName"] = found.Metadata().Text("name");
            spec.Fill("preemptionPolicy", found.Text("preemptionPolicy") ?? "PreemptLowerPriority");
        }
    }

    private void TakeRuntime(JsonObject pod)
    {
        var spec = pod.Child("spec");
        if (spec.Text("runtimeClassName") is not { Length: > 0 } name)
        {
            return;
        }

        var runtime =
            store.Find("runtimeclasses.node.k8s.io", "", name)?.Json
            ?? throw Forbidden(pod, $"pod rejected: RuntimeClass \"{name}\" not found");
        if (runtime.Object("overhead").Object("podFixed") is { } overhead)
        {
            spec["overhead"] = overhead.DeepClone();
        }

        foreach (var (key, value) in runtime.Object("scheduling").Object("nodeSelector") ?? [])
        {
            if (spec.Object("nodeSelector").Text(key) is { } other && other != value.Text())
            {
                throw Forbidden(
                    pod,
                    $"conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value.Text()}; "
                        + $"pod.spec.nodeSelector[{key}] = {other}"
                );
            }

            spec.Child("nodeSelector")[key] = value?.DeepClone();
        }

        if (runtime.Object("scheduling").Array("tolerations") is { Count: > 0 } tolerations)
        {
            spec["tolerations"] = new JsonArray([
                .. (spec.Array("tolerations") ?? []).Concat(tolerations).Select(t => t?.DeepClone()),
            ]);
        }
    }

    /// <summary>Gives a claim without a class the newest of those that are marked as default, if any is.</summary>
    private void TakeStorageClass(JsonObject claim)
    {
        var spec = claim.Child("spec");
        if (
            spec["storageClassName"] is null
            && All("storageclasses.storage.k8s.io")
                .Where(c => c.Metadata().Object("annotations").Text(DefaultClass) == "true")
                .OrderByDescending(c => c.Metadata().Text("creationTimestamp"), StringComparer.Ordinal)
                .ThenBy(c => c.Metadata().Text("name"), StringComparer.Ordinal)
                .FirstOrDefault()
                is { } found
        )
        {
            spec["storageClassName"] = found.Metadata().Text("name");
        }
    }

    private static void Protect(JsonObject json, string finalizer)
    {
        var finalizers = json.Metadata().Array("finalizers") ?? [];
        if (!finalizers.Any(f => f.Text() == finalizer))
        {
            finalizers.Add(finalizer);
        }

        json.Metadata()["finalizers"] = finalizers.DeepClone();
    }

    private IEnumerable<JsonObject> All(string resource) => store.List(resource, null).Objects.Select(o => o.Json);

    private static ApiException Forbidden(JsonObject pod, string why)
    {
        var metadata = pod.Metadata();
        var name = metadata.Text("name") is { Length: > 0 } given ? given : metadata.Text("generateName") ?? "";
        return new ApiException(
            403,
            "Forbidden",
            $"pods \"{name}\" is forbidden: {why}",
            new JsonObject { ["name"] = name, ["kind"] = "pods" }
        );
    }
}
