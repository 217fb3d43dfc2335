using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Requests;
using LocalCluster.Storage;

namespace LocalCluster.Writes;

/// <summary>
/// Ends every write, under the store's lock: fills in what is the server's, defaults, validates, books the owners of
/// fields, and stores what changed.
/// </summary>
internal sealed class WriteCommitter(ObjectStore store, Definitions definitions, TimeProvider time)
{
    private readonly Admission _admission = new(store);

    /// <summary>Stores a new object.</summary>
    /// <param name="request">The write.</param>
    /// <param name="json">The object as it was sent, or as an apply made it.</param>
    /// <param name="warnings">What the client is to be told.</param>
    /// <param name="isApply">Whether the owners of fields are booked already.</param>
    /// <exception cref="ApiException">
    /// It is invalid (422), exists (409), has no namespace (404), or names a class that isn't there (403).
    /// </exception>
    public WriteResult Create(ApiRequest request, JsonObject json, IReadOnlyList<string> warnings, bool isApply)
    {
        var resource = request.Resource;
        var metadata = json.Metadata();
        Decoding.Place(request, metadata);
        if (resource.Namespaced && store.Find("namespaces", "", request.Namespace!) is null)
        {
            throw ApiException.NotFound("namespaces", "", request.Namespace!);
        }

        _admission.Admit(resource, json);
        if (metadata.Text("name") is not { Length: > 0 } && metadata.Text("generateName") is { Length: > 0 } prefix)
        {
            metadata["name"] = prefix + NameSuffix.Next();
        }

        var name = metadata.Text("name") ?? "";
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = time.Text();
        metadata.Remove("resourceVersion");
        metadata.Remove("deletionTimestamp");
        metadata.Remove("selfLink");
        if (ObjectRules.HasGeneration(resource))
        {
            metadata["generation"] = 1;
        }

        if (resource.HasStatus && request.Subresource.Length == 0)
        {
            json.Remove("status");
        }

        ObjectRules.Default(resource, json, null);
        warnings = [.. warnings, .. ObjectRules.Validate(resource, json, null)];
        if (store.Find(resource.Key, request.Namespace ?? "", name) is not null)
        {
            throw ApiException.AlreadyExists(resource.Plural, resource.Group, name);
        }

        if (!isApply)
        {
            FieldOwners.Book(request.FieldManager, null, json, resource, "", time.Text());
        }

        ObjectRules.Arrange(resource, json);
        if (request.IsDryRun)
        {
            metadata.Remove("resourceVersion");
            return new WriteResult(201, json, warnings);
        }

        var stored = store.Put(resource.Key, json);
        definitions.AfterStore(resource, stored);
        return new WriteResult(201, stored.Copy(), warnings);
    }

    /// <summary>Stores another state of an object; one that doesn't differ is no write.</summary>
    /// <param name="request">The write.</param>
    /// <param name="live">What is stored.</param>
    /// <param name="json">What is wanted.</param>
    /// <param name="warnings">What the client is to be told.</param>
    /// <param name="isApply">Whether the owners of fields are booked already.</param>
    /// <exception cref="ApiException">It is invalid (422), or another object or version is stored (409).</exception>
    public WriteResult Replace(
        ApiRequest request,
        StoredObject live,
        JsonObject json,
        IReadOnlyList<string> warnings,
        bool isApply
    )
    {
        var resource = request.Resource;
        Preconditions.Demand(request, live, json);
        ObjectRules.Keep(resource, request.Subresource, live.Json, json, keepManagers: isApply);
        ObjectRules.Default(resource, json, live.Json);
        warnings = [.. warnings, .. ObjectRules.Validate(resource, json, live.Json)];
        if (!isApply)
        {
            FieldOwners.Book(request.FieldManager, live.Json, json, resource, request.Subresource, time.Text());
        }

        if (
            ObjectRules.HasGeneration(resource)
            && request.Subresource != "status"
            && ObjectRules.SpecChanged(live.Json, json)
        )
        {
            json.Metadata()["generation"] = (live.Json.Metadata()["generation"].Number() ?? 0) + 1;
        }

        ObjectRules.Arrange(resource, json);
        if (request.IsDryRun || JsonNode.DeepEquals(json, live.Json))
        {
            return new WriteResult(200, json, warnings);
        }

        if (
            json.Metadata()["deletionTimestamp"] is not null
            && json.Metadata().Array("finalizers") is not { Count: > 0 }
            && json.Metadata()["deletionGracePeriodSeconds"].Number() is 0 or null
        )
        {
            store.Remove(resource.Key, live);
            definitions.AfterRemove(resource, live.Json);
            return new WriteResult(200, json, warnings);
        }

        var stored = store.Put(resource.Key, json);
        definitions.AfterStore(resource, stored);
        return new WriteResult(200, stored.Copy(), warnings);
    }
}
