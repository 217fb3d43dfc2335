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

    /// <summary>Stores a new object that nobody else is asked about.</summary>
    /// <param name="request">The write.</param>
    /// <param name="json">The object as it was sent, or as an apply made it.</param>
    /// <param name="warnings">What the client is to be told.</param>
    /// <param name="isApply">Whether the owners of fields are booked already.</param>
    /// <exception cref="ApiException">
    /// It is invalid (422), exists (409), has no namespace (404), or a plugin refuses it (403).
    /// </exception>
    public WriteResult Create(ApiRequest request, JsonObject json, IReadOnlyList<string> warnings, bool isApply)
    {
        Begin(request, json);
        IReadOnlyList<string> all = [.. warnings, .. Finish(request, json, isApply ? null : json)];
        return Store(request, json, all);
    }

    /// <summary>Puts a new object in its place, and does what admission plugins do to it.</summary>
    public void Begin(ApiRequest request, JsonObject json)
    {
        Decoding.Place(request, json.Metadata());
        if (request.Resource.Namespaced && store.Find("namespaces", "", request.Namespace!) is null)
        {
            throw ApiException.NotFound("namespaces", "", request.Namespace!);
        }

        _admission.Admit(request.Resource, json);
    }

    /// <summary>Fills in what is the server's, defaults and validates a new object.</summary>
    /// <param name="request">The write.</param>
    /// <param name="json">The object.</param>
    /// <param name="owned">The object whose fields the writer owns; null when that is booked already.</param>
    /// <returns>Warnings.</returns>
    public IReadOnlyList<string> Finish(ApiRequest request, JsonObject json, JsonObject? owned)
    {
        var resource = request.Resource;
        var metadata = json.Metadata();
        if (metadata.Text("name") is not { Length: > 0 } && metadata.Text("generateName") is { Length: > 0 } prefix)
        {
            metadata["name"] = prefix + NameSuffix.Next();
        }

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
        var warnings = ObjectRules.Validate(resource, json, null);
        Book(request, null, json, owned);
        ObjectRules.Arrange(resource, json);
        return warnings;
    }

    /// <summary>Stores a new object that is finished, where the quotas of its namespace allow it.</summary>
    public WriteResult Store(ApiRequest request, JsonObject json, IReadOnlyList<string> warnings)
    {
        var resource = request.Resource;
        var name = json.Metadata().Text("name") ?? "";
        if (store.Find(resource.Key, request.Namespace ?? "", name) is not null)
        {
            throw ApiException.AlreadyExists(resource.Plural, resource.Group, name);
        }

        _admission.Charge(request, json);
        if (request.IsDryRun)
        {
            json.Metadata().Remove("resourceVersion");
            return new WriteResult(201, json, warnings);
        }

        var stored = store.Put(resource.Key, json);
        definitions.AfterStore(resource, stored);
        return new WriteResult(201, stored.Copy(), warnings);
    }

    /// <summary>
    /// Stores another state of an object, which nobody else is asked about; one that doesn't differ is no write.
    /// </summary>
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
        BeginReplace(request, live, json, isApply);
        IReadOnlyList<string> all = [.. warnings, .. FinishReplace(request, live.Json, json, isApply ? null : json)];
        return StoreReplace(request, live, json, all);
    }

    /// <summary>Keeps what a write can't change, and defaults what is wanted.</summary>
    public static void BeginReplace(ApiRequest request, StoredObject live, JsonObject json, bool isApply)
    {
        Preconditions.Demand(request, live, json);
        ObjectRules.Keep(request.Resource, request.Subresource, live.Json, json, keepManagers: isApply);
        ObjectRules.Default(request.Resource, json, live.Json);
    }

    /// <summary>Validates what is wanted.</summary>
    /// <param name="request">The write.</param>
    /// <param name="before">What is stored.</param>
    /// <param name="json">What is wanted.</param>
    /// <param name="owned">The object whose fields the writer owns; null when that is booked already.</param>
    /// <returns>Warnings.</returns>
    public IReadOnlyList<string> FinishReplace(
        ApiRequest request,
        JsonObject before,
        JsonObject json,
        JsonObject? owned
    )
    {
        var resource = request.Resource;
        var warnings = ObjectRules.Validate(resource, json, before);
        Book(request, before, json, owned);
        if (
            ObjectRules.HasGeneration(resource)
            && request.Subresource != "status"
            && ObjectRules.IsAnotherGeneration(resource, before, json)
        )
        {
            json.Metadata()["generation"] = (before.Metadata()["generation"].Number() ?? 0) + 1;
        }

        ObjectRules.Arrange(resource, json);
        return warnings;
    }

    /// <summary>Stores another state of an object that is finished.</summary>
    public WriteResult StoreReplace(
        ApiRequest request,
        StoredObject live,
        JsonObject json,
        IReadOnlyList<string> warnings
    )
    {
        var resource = request.Resource;
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

    /// <summary>Books the writer as the owner of what it sent; what hooks made of that has no owner.</summary>
    private void Book(ApiRequest request, JsonObject? before, JsonObject json, JsonObject? owned)
    {
        if (owned is null)
        {
            return;
        }

        FieldOwners.Book(
            request.FieldManager,
            before,
            owned,
            request.Resource,
            before is null ? "" : request.Subresource,
            time.Text()
        );
        if (owned != json)
        {
            json.Metadata()["managedFields"] = owned.Metadata()["managedFields"]?.DeepClone();
        }
    }
}
