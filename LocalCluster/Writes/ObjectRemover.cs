using System.Globalization;
using System.Text.Json.Nodes;
using LocalCluster.Discovery;
using LocalCluster.Errors;
using LocalCluster.Hooks;
using LocalCluster.Json;
using LocalCluster.Requests;
using LocalCluster.Storage;

namespace LocalCluster.Writes;

/// <summary>
/// Deletes objects: at once, after their finalizers, after a grace period, or after their dependents.
/// </summary>
internal sealed class ObjectRemover(
    ObjectStore store,
    Definitions definitions,
    AskedWriter asked,
    AdmissionHooks hooks,
    TimeProvider time
)
{
    /// <summary>Deletes an object, once those who are asked about it agree.</summary>
    /// <exception cref="ApiException">There is none (404), it is another (409), or somebody refuses.</exception>
    public async Task<JsonObject> DeleteAsync(
        ApiRequest request,
        JsonObject? options,
        CancellationToken cancellationToken
    )
    {
        if (hooks.AreAsked(request.Resource))
        {
            await asked.DeleteAsync(request, store.Live(request), cancellationToken);
        }

        return Delete(request, options);
    }

    /// <summary>Deletes what is selected; those who are asked agree to each before any goes.</summary>
    /// <exception cref="ApiException">Somebody refuses.</exception>
    public async Task<JsonObject> DeleteCollectionAsync(
        ApiRequest request,
        Selector selector,
        CancellationToken cancellationToken
    )
    {
        if (hooks.AreAsked(request.Resource))
        {
            foreach (var live in store.List(request.Resource.Key, request.Namespace).Objects.Where(selector.Matches))
            {
                await asked.DeleteAsync(request with { Name = live.Name }, live, cancellationToken);
            }
        }

        return DeleteCollection(request, selector);
    }

    private JsonObject Delete(ApiRequest request, JsonObject? options)
    {
        var resource = request.Resource;
        lock (store.Gate)
        {
            var live = store.Live(request);
            CheckPreconditions(resource, live, options.Object("preconditions"));
            var policy =
                request.Text("propagationPolicy")
                ?? options.Text("propagationPolicy")
                ?? (options?["orphanDependents"].IsTrue() == true ? "Orphan" : "Background");
            var grace =
                request.Number("gracePeriodSeconds")
                ?? options?["gracePeriodSeconds"].Number()
                ?? resource.Builtin.GracePeriod(live.Json);
            return Delete(
                resource,
                live,
                policy,
                (int)grace,
                request.IsDryRun || options.Array("dryRun") is { Count: > 0 }
            );
        }
    }

    private JsonObject DeleteCollection(ApiRequest request, Selector selector)
    {
        var resource = request.Resource;
        lock (store.Gate)
        {
            var (objects, version) = store.List(resource.Key, request.Namespace);
            var matching = objects.Where(selector.Matches).ToList();
            foreach (var live in matching)
            {
                Delete(
                    resource,
                    live,
                    request.Text("propagationPolicy") ?? "Background",
                    resource.Builtin.GracePeriod(live.Json),
                    request.IsDryRun
                );
            }

            return new JsonObject
            {
                ["apiVersion"] = resource.GroupVersion,
                ["kind"] = resource.Kind + "List",
                ["metadata"] = new JsonObject
                {
                    ["continue"] = "",
                    ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture),
                },
                ["items"] = new JsonArray([.. matching.Select(m => (JsonNode)m.Copy())]),
            };
        }
    }

    /// <summary>
    /// Deletes under the store's lock; returns the object as it is marked, or a Status when it is gone.
    /// </summary>
    public JsonObject Delete(ResourceInfo resource, StoredObject live, string policy, int grace, bool dryRun = false)
    {
        var json = live.Copy();
        var metadata = json.Metadata();
        if (metadata["deletionTimestamp"] is not null && (grace > 0 || metadata.Array("finalizers") is { Count: > 0 }))
        {
            return json;
        }

        if (policy is "Foreground" or "Orphan")
        {
            var finalizers = metadata.Array("finalizers") ?? [];
            finalizers.Add(policy == "Foreground" ? "foregroundDeletion" : "orphan");
            metadata["finalizers"] = finalizers.DeepClone();
        }

        if (metadata.Array("finalizers") is { Count: > 0 } || grace > 0)
        {
            metadata["deletionTimestamp"] = time.GetUtcNow().AddSeconds(grace).Text();
            metadata["deletionGracePeriodSeconds"] = grace;
            if (metadata["generation"].Number() is { } generation)
            {
                metadata["generation"] = generation + 1;
            }

            return dryRun ? json : store.Put(resource.Key, json).Copy();
        }

        if (!dryRun)
        {
            store.Remove(resource.Key, live);
            definitions.AfterRemove(resource, live.Json);
        }

        var details = new JsonObject { ["name"] = live.Name };
        if (resource.Group.Length > 0)
        {
            details["group"] = resource.Group;
        }

        details["kind"] = resource.Plural;
        details["uid"] = live.Uid;
        return new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["details"] = details,
        };
    }

    private static void CheckPreconditions(ResourceInfo resource, StoredObject live, JsonObject? preconditions)
    {
        if (preconditions.Text("uid") is { } uid && uid != live.Uid)
        {
            throw ApiException.Conflict(
                resource.Kind,
                resource.Group,
                live.Name,
                $"the UID in the precondition ({uid}) does not match the UID in record ({live.Uid}). The "
                    + "object might have been deleted and then recreated"
            );
        }

        if (
            preconditions.Text("resourceVersion") is { } version
            && version != live.Json.Metadata().Text("resourceVersion")
        )
        {
            throw ApiException.Conflict(
                resource.Kind,
                resource.Group,
                live.Name,
                $"the ResourceVersion in the precondition ({version}) does not match the "
                    + $"ResourceVersion in record ({live.Json.Metadata().Text("resourceVersion")}). The "
                    + "object might have been modified"
            );
        }
    }
}
