using System.Globalization;

using System.Text.Json.Nodes;

using LocalCluster.Builtin;
using LocalCluster.Discovery;
using LocalCluster.Patching;
using LocalCluster.Schema;
using LocalCluster.Storage;

namespace LocalCluster.Http;

/// <summary>Creates, updates and patches objects: prune, default, validate, book the owners of fields, store if it changed.</summary>
internal sealed class ObjectWriter(ObjectStore store, ResourceCatalog catalog, TimeProvider time)
{
    /// <summary>What a write answers with.</summary>
    public sealed record Result(int Code, JsonObject Object, IReadOnlyList<string> Warnings);

    private string Now => time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public Result Create(ApiRequest request, JsonObject json)
    {
        var resource = request.Resource;
        var warnings = Decode(request, json);
        lock (store.Gate)
        {
            return CreateLocked(request, resource, json, warnings, manager => Book(manager, null, json, resource, request, string.Empty));
        }
    }

    public Result Update(ApiRequest request, JsonObject json)
    {
        var resource = request.Resource;
        var warnings = Decode(request, json);
        lock (store.Gate)
        {
            var live = Live(request);
            var sent = json.Metadata().Text("resourceVersion");
            if (sent is not { Length: > 0 } && resource.IsCustom)
            {
                throw new ApiException(
                    422,
                    "Invalid",
                    $"{ApiException.Qualified(resource.Plural, resource.Group)} \"{request.Name}\" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update",
                    new JsonObject
                    {
                        ["name"] = request.Name,
                        ["group"] = resource.Group,
                        ["kind"] = resource.Plural,
                        ["causes"] = new JsonArray(new JsonObject
                        {
                            ["reason"] = "FieldValueInvalid",
                            ["message"] = "Invalid value: 0: must be specified for an update",
                            ["field"] = "metadata.resourceVersion",
                        }),
                    });
            }

            return Replace(request, live, json, warnings, manager => Book(manager, live.Json, json, resource, request, request.Subresource));
        }
    }

    public Result Patch(ApiRequest request, string contentType, string body)
    {
        if (contentType == "application/apply-patch+yaml")
        {
            return Apply(request, body);
        }

        var resource = request.Resource;
        if (contentType is not ("application/merge-patch+json" or "application/json-patch+json" or "application/strategic-merge-patch+json")
            || (contentType == "application/strategic-merge-patch+json" && resource.IsCustom))
        {
            var types = "application/json-patch+json, application/merge-patch+json, "
                + (resource.IsCustom ? string.Empty : "application/strategic-merge-patch+json, ") + "application/apply-patch+yaml";
            throw new ApiException(415, "UnsupportedMediaType", $"the body of the request was in an unknown format - accepted media types include: {types}");
        }

        var patch = Body.Parse(body, resource.Kind);
        lock (store.Gate)
        {
            var live = Live(request);
            var json = (contentType, patch) switch
            {
                ("application/json-patch+json", JsonArray steps) => JsonPatch.Apply(live.Copy(), steps),
                ("application/merge-patch+json", JsonObject merge) => MergePatch.Apply(live.Copy(), merge),
                (_, JsonObject merge) => StrategicMerge.Apply(live.Copy(), merge, BuiltinShape.Root),
                _ => throw ApiException.BadRequest("the patch is of the wrong JSON type for its content type"),
            };
            var warnings = Decode(request, json);
            return Replace(request, live, json, warnings, manager => Book(manager, live.Json, json, resource, request, request.Subresource));
        }
    }

    private Result Apply(ApiRequest request, string body)
    {
        var resource = request.Resource;
        if (request.Text("fieldManager") is not { } manager)
        {
            throw ApiException.Invalid("PatchOptions", "meta.k8s.io", string.Empty, [FieldError.Required("fieldManager", "is required for apply patch")]);
        }

        var wanted = Body.Parse(body, resource.Kind) as JsonObject ?? throw ApiException.BadRequest("the apply body must be an object");
        if (wanted.Metadata()["managedFields"] is JsonArray { Count: > 0 })
        {
            throw ApiException.BadRequest("metadata.managedFields must be nil");
        }

        var warnings = Decode(request, wanted);
        wanted.Metadata()["name"] = request.Name;
        if (resource.Namespaced)
        {
            wanted.Metadata()["namespace"] = request.Namespace;
        }

        var shape = ShapeOf(resource);
        var sections = Sections(resource, request.Subresource);
        lock (store.Gate)
        {
            if (store.Find(resource.Key, request.Namespace ?? string.Empty, request.Name) is not { } live)
            {
                if (request.Subresource.Length > 0 || wanted.Metadata().Text("uid") is { Length: > 0 })
                {
                    throw wanted.Metadata().Text("uid") is { Length: > 0 } uid && request.Subresource.Length == 0
                        ? ApiException.Conflict(resource.Plural, resource.Group, request.Name, $"uid mismatch: the provided object specified uid {uid}, and no existing object was found")
                        : ApiException.NotFound(resource.Plural, resource.Group, request.Name);
                }

                var made = ServerSideApply.Apply(new JsonObject { ["apiVersion"] = resource.GroupVersion, ["kind"] = resource.Kind }, wanted, shape, sections, manager, string.Empty, force: true, resource.GroupVersion, Now);
                return CreateLocked(request, resource, made, warnings, _ => { });
            }

            CheckPreconditions(request, live, wanted);
            var applied = ServerSideApply.Apply(
                live.Copy(), wanted, shape, sections, manager, request.Subresource, request.Text("force") is "true" or "1", resource.GroupVersion, Now);
            return Replace(request, live, applied, warnings, _ => { }, keepManagers: true);
        }
    }

    private static void CheckPreconditions(ApiRequest request, StoredObject live, JsonObject wanted)
    {
        var resource = request.Resource;
        if (wanted.Metadata().Text("resourceVersion") is { Length: > 0 } version && version != live.Json.Metadata().Text("resourceVersion"))
        {
            throw ApiException.Modified(resource.Plural, resource.Group, request.Name);
        }

        if (wanted.Metadata().Text("uid") is { Length: > 0 } uid && uid != live.Uid)
        {
            throw ApiException.Conflict(
                resource.Plural, resource.Group, request.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {live.Uid}");
        }
    }

    private Result CreateLocked(ApiRequest request, ResourceInfo resource, JsonObject json, IReadOnlyList<string> warnings, Action<string> book)
    {
        var metadata = json.Metadata();
        Require(request, metadata);
        if (metadata.Text("name") is not { Length: > 0 } && metadata.Text("generateName") is { Length: > 0 } prefix)
        {
            metadata["name"] = prefix + NameSuffix.Next();
        }

        var name = metadata.Text("name") ?? string.Empty;
        if (resource.Namespaced && store.Find("namespaces", string.Empty, request.Namespace!) is null)
        {
            throw ApiException.NotFound("namespaces", string.Empty, request.Namespace!);
        }

        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = Now;
        metadata.Remove("resourceVersion");
        metadata.Remove("deletionTimestamp");
        metadata.Remove("selfLink");
        if (resource.IsCustom || resource.Builtin.HasGeneration)
        {
            metadata["generation"] = 1;
        }

        if (resource.HasStatus && request.Subresource.Length == 0)
        {
            json.Remove("status");
        }

        Default(resource, json, null);
        Validate(resource, json, null);
        if (store.Find(resource.Key, request.Namespace ?? string.Empty, name) is not null)
        {
            throw ApiException.AlreadyExists(resource.Plural, resource.Group, name);
        }

        book(request.FieldManager);
        Arrange(resource, json);
        if (request.IsDryRun)
        {
            metadata.Remove("resourceVersion");
            return new Result(201, json, warnings);
        }

        var stored = store.Put(resource.Key, json);
        AfterStore(resource, stored);
        return new Result(201, stored.Copy(), warnings);
    }

    private Result Replace(
        ApiRequest request, StoredObject live, JsonObject json, IReadOnlyList<string> warnings, Action<string> book, bool keepManagers = false)
    {
        var resource = request.Resource;
        if (json.Metadata().Text("resourceVersion") is { Length: > 0 } sent && sent != live.Json.Metadata().Text("resourceVersion"))
        {
            throw ApiException.Modified(resource.Plural, resource.Group, request.Name);
        }

        if (json.Metadata().Text("uid") is { Length: > 0 } uid && uid != live.Uid)
        {
            throw ApiException.Conflict(resource.Plural, resource.Group, request.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {live.Uid}");
        }

        Keep(resource, request.Subresource, live.Json, json, keepManagers);
        Default(resource, json, live.Json);
        Validate(resource, json, live.Json);
        if (!keepManagers)
        {
            book(request.FieldManager);
        }

        if (HasGeneration(resource) && request.Subresource != "status" && SpecChanged(live.Json, json))
        {
            json.Metadata()["generation"] = (live.Json.Metadata()["generation"].Number() ?? 0) + 1;
        }

        Arrange(resource, json);
        var code = 200;
        if (request.IsDryRun || JsonNode.DeepEquals(json, live.Json))
        {
            return new Result(code, json, warnings);
        }

        if (json.Metadata()["deletionTimestamp"] is not null && json.Metadata().Array("finalizers") is not { Count: > 0 } && json.Metadata()["deletionGracePeriodSeconds"].Number() is 0 or null)
        {
            store.Remove(resource.Key, live);
            AfterRemove(resource, live.Json);
            return new Result(code, json, warnings);
        }

        var stored = store.Put(resource.Key, json);
        AfterStore(resource, stored);
        return new Result(code, stored.Copy(), warnings);
    }

    /// <summary>A pod's binding: its node, and the condition that says so.</summary>
    public void Bind(ApiRequest request, string node)
    {
        lock (store.Gate)
        {
            var json = Live(request).Copy();
            var spec = json.Child("spec");
            if (spec.Text("nodeName") is { Length: > 0 } bound)
            {
                throw ApiException.Conflict("pods/binding", string.Empty, request.Name, $"pod {request.Name} is already assigned to node \"{bound}\"");
            }

            spec["nodeName"] = node;
            var conditions = (json.Object("status").Array("conditions") ?? []).OfType<JsonObject>().Where(c => c.Text("type") != "PodScheduled").Select(c => (JsonNode)c.DeepClone());
            json.Child("status")["conditions"] = new JsonArray(
            [
                .. conditions,
                new JsonObject { ["type"] = "PodScheduled", ["status"] = "True", ["lastProbeTime"] = null, ["lastTransitionTime"] = Now },
            ]);
            store.Put(request.Resource.Key, json);
        }
    }

    /// <summary>Definitions take effect when they are stored, and go with their objects.</summary>
    private void AfterStore(ResourceInfo resource, StoredObject stored)
    {
        if (resource.Kind != "CustomResourceDefinition")
        {
            return;
        }

        catalog.Define(stored.Copy());
        if (stored.Json.Object("status")?["conditions"] is null)
        {
            var established = stored.Copy();
            CustomResourceDefinitionKind.Establish(established, Now);
            store.Put(resource.Key, established);
        }
    }

    public void AfterRemove(ResourceInfo resource, JsonObject json)
    {
        if (resource.Kind != "CustomResourceDefinition")
        {
            return;
        }

        var (group, plural) = (json.Object("spec").Text("group")!, json.Object("spec").Object("names").Text("plural")!);
        foreach (var instance in store.List(ApiException.Qualified(plural, group), null).Objects)
        {
            store.Remove(ApiException.Qualified(plural, group), instance);
        }

        catalog.Forget(json);
    }

    private StoredObject Live(ApiRequest request) =>
        store.Find(request.Resource.Key, request.Namespace ?? string.Empty, request.Name)
        ?? throw ApiException.NotFound(request.Resource.Plural, request.Resource.Group, request.Name);

    private static bool HasGeneration(ResourceInfo resource) => resource.IsCustom || resource.Builtin.HasGeneration;

    private static bool SpecChanged(JsonObject before, JsonObject after) =>
        before.Concat(after).Select(f => f.Key).Distinct(StringComparer.Ordinal)
            .Where(f => f is not ("metadata" or "status" or "apiVersion" or "kind"))
            .Any(f => !JsonNode.DeepEquals(before[f], after[f]));

    /// <summary>What a write can't change: the server's metadata, and the other half of an object with a status.</summary>
    private static void Keep(ResourceInfo resource, string subresource, JsonObject live, JsonObject json, bool keepManagers)
    {
        var (metadata, old) = (json.Metadata(), live.Metadata());
        var managers = keepManagers ? metadata["managedFields"]?.DeepClone() : old["managedFields"]?.DeepClone();
        if (subresource == "status")
        {
            var status = json["status"]?.DeepClone();
            foreach (var field in json.Select(f => f.Key).ToList())
            {
                json.Remove(field);
            }

            foreach (var (field, value) in live)
            {
                json[field] = value?.DeepClone();
            }

            json.Remove("status");
            if (status is not null)
            {
                json["status"] = status;
            }

            metadata = json.Metadata();
        }
        else if (resource.HasStatus)
        {
            json.Remove("status");
            if (live["status"] is { } status)
            {
                json["status"] = status.DeepClone();
            }
        }

        foreach (var field in new[] { "uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds", "resourceVersion", "name", "namespace" })
        {
            if (old[field] is { } value)
            {
                metadata[field] = value.DeepClone();
            }
            else
            {
                metadata.Remove(field);
            }
        }

        metadata.Remove("managedFields");
        if (managers is not null)
        {
            metadata["managedFields"] = managers;
        }

        foreach (var list in new[] { "finalizers", "ownerReferences" })
        {
            if (metadata[list] is JsonArray { Count: 0 })
            {
                metadata.Remove(list);
            }
        }
    }

    private static void Default(ResourceInfo resource, JsonObject json, JsonObject? before)
    {
        resource.Schema?.Default(json);
        resource.Builtin.Default(json, before);
        foreach (var map in new[] { "labels", "annotations" })
        {
            if (json.Metadata()[map] is JsonObject { Count: 0 })
            {
                json.Metadata().Remove(map);
            }
        }
    }

    private static void Validate(ResourceInfo resource, JsonObject json, JsonObject? before)
    {
        var errors = new List<FieldError>(MetadataRules.Check(json, before, resource));
        errors.AddRange(resource.Builtin.Validate(json, before));
        if (resource.Schema is { } schema && errors.Count == 0)
        {
            errors.AddRange(SchemaValidator.Validate(json, schema, resource.HasRules));
        }

        if (errors.Count > 0)
        {
            var kind = json.Text("kind") is { Length: > 0 } sent ? sent : resource.Kind;
            throw resource.Kind == "Lease" && errors[0].Field == "patch"
                ? ApiException.Invalid(string.Empty, string.Empty, string.Empty, errors)
                : ApiException.Invalid(kind, resource.Storage == "events" ? string.Empty : resource.Group, json.Metadata().Text("name") ?? string.Empty, errors);
        }
    }

    private IReadOnlyList<string> Decode(ApiRequest request, JsonObject json)
    {
        var resource = request.Resource;
        if (json.Metadata().Text("namespace") is { Length: > 0 } ns && resource.Namespaced && ns != request.Namespace)
        {
            throw ApiException.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        }

        json.Fill("apiVersion", resource.GroupVersion);
        json.Fill("kind", resource.Kind);
        var unknown = resource.Schema?.Prune(json) ?? [];
        if (unknown.Count == 0)
        {
            return [];
        }

        var fields = string.Join(", ", unknown.Select(u => $"unknown field \"{u}\""));
        return request.Text("fieldValidation") switch
        {
            "Strict" => throw ApiException.BadRequest($"{resource.Kind} in version \"{resource.Version}\" cannot be handled as a {resource.Kind}: strict decoding error: {fields}"),
            "Ignore" => [],
            _ => [.. unknown.Select(u => $"299 - \"unknown field \\\"{u}\\\"\"")],
        };
    }

    private static void Require(ApiRequest request, JsonObject metadata)
    {
        if (request.Name.Length > 0)
        {
            metadata["name"] = request.Name;
        }

        if (request.Resource.Namespaced)
        {
            metadata["namespace"] = request.Namespace;
        }
        else
        {
            metadata.Remove("namespace");
        }
    }

    private void Book(string manager, JsonObject? before, JsonObject after, ResourceInfo resource, ApiRequest request, string subresource)
    {
        var managers = ManagedFields.Of(before ?? []);
        managers.Book(before, after, ShapeOf(resource), Sections(resource, subresource), manager, subresource, resource.GroupVersion, Now);
        managers.Write(after);
    }

    private static Shape ShapeOf(ResourceInfo resource) => resource.Schema?.Shape ?? BuiltinShape.Root;

    /// <summary>Whose fields a write speaks for: the status alone, or all but a status that has a way of its own.</summary>
    private static Func<string, bool> Sections(ResourceInfo resource, string subresource) => subresource == "status"
        ? field => field == "status"
        : field => field != "status" || !resource.HasStatus;

    /// <summary>The order of fields that people are used to.</summary>
    private static void Arrange(ResourceInfo resource, JsonObject json)
    {
        foreach (var field in json.Select(f => f.Key).Where(f => f is not ("apiVersion" or "kind" or "metadata")).ToList())
        {
            var value = json[field];
            json.Remove(field);
            if (value is not null || resource.Key == "events")
            {
                json[field] = value;
            }
        }
    }
}
