using System.Text.Json.Nodes;
using LocalCluster.Discovery;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Patching;
using LocalCluster.Schema;
using LocalCluster.Storage;

namespace LocalCluster.Http;

/// <summary>
/// Creates, updates and patches objects: prune, default, validate, book the owners of fields, store if it changed.
/// </summary>
internal sealed class ObjectWriter(ObjectStore store, Definitions definitions, TimeProvider time)
{
    /// <summary>What a write answers with.</summary>
    public sealed record Result(int Code, JsonObject Object, IReadOnlyList<string> Warnings);

    private string Now => time.Text();

    public Result Create(ApiRequest request, JsonObject json)
    {
        var resource = request.Resource;
        var warnings = Decoding.Decode(request, json);
        lock (store.Gate)
        {
            return CreateLocked(
                request,
                resource,
                json,
                warnings,
                manager => FieldOwners.Book(manager, null, json, resource, "", Now)
            );
        }
    }

    public Result Update(ApiRequest request, JsonObject json)
    {
        var resource = request.Resource;
        var warnings = Decoding.Decode(request, json);
        lock (store.Gate)
        {
            var live = store.Live(request);
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
                        ["causes"] = new JsonArray(
                            new JsonObject
                            {
                                ["reason"] = "FieldValueInvalid",
                                ["message"] = "Invalid value: 0: must be specified for an update",
                                ["field"] = "metadata.resourceVersion",
                            }
                        ),
                    }
                );
            }

            return Replace(
                request,
                live,
                json,
                warnings,
                manager => FieldOwners.Book(manager, live.Json, json, resource, request.Subresource, Now)
            );
        }
    }

    public Result Patch(ApiRequest request, string contentType, string body)
    {
        if (contentType == "application/apply-patch+yaml")
        {
            return Apply(request, body);
        }

        var resource = request.Resource;
        if (
            contentType
                is not (
                    "application/merge-patch+json"
                    or "application/json-patch+json"
                    or "application/strategic-merge-patch+json"
                )
            || (contentType == "application/strategic-merge-patch+json" && resource.IsCustom)
        )
        {
            var types =
                "application/json-patch+json, application/merge-patch+json, "
                + (resource.IsCustom ? "" : "application/strategic-merge-patch+json, ")
                + "application/apply-patch+yaml";
            throw new ApiException(
                415,
                "UnsupportedMediaType",
                $"the body of the request was in an unknown format - accepted media types include: {types}"
            );
        }

        var patch = Body.Parse(body, resource.Kind);
        lock (store.Gate)
        {
            var live = store.Live(request);
            var json = (contentType, patch) switch
            {
                ("application/json-patch+json", JsonArray steps) => JsonPatch.Apply(live.Copy(), steps),
                ("application/merge-patch+json", JsonObject merge) => MergePatch.Apply(live.Copy(), merge),
                (_, JsonObject merge) => StrategicMerge.Apply(live.Copy(), merge, BuiltinShape.Root),
                _ => throw ApiException.BadRequest("the patch is of the wrong JSON type for its content type"),
            };
            var warnings = Decoding.Decode(request, json);
            return Replace(
                request,
                live,
                json,
                warnings,
                manager => FieldOwners.Book(manager, live.Json, json, resource, request.Subresource, Now)
            );
        }
    }

    private Result Apply(ApiRequest request, string body)
    {
        var resource = request.Resource;
        if (request.Text("fieldManager") is not { } manager)
        {
            throw ApiException.Invalid(
                "PatchOptions",
                "meta.k8s.io",
                "",
                [FieldError.Required("fieldManager", "is required for apply patch")]
            );
        }

        var wanted =
            Body.Parse(body, resource.Kind) as JsonObject
            ?? throw ApiException.BadRequest("the apply body must be an object");
        if (wanted.Metadata()["managedFields"] is JsonArray { Count: > 0 })
        {
            throw ApiException.BadRequest("metadata.managedFields must be nil");
        }

        var warnings = Decoding.Decode(request, wanted);
        wanted.Metadata()["name"] = request.Name;
        if (resource.Namespaced)
        {
            wanted.Metadata()["namespace"] = request.Namespace;
        }

        var shape = FieldOwners.ShapeOf(resource);
        var sections = FieldOwners.Sections(resource, request.Subresource);
        lock (store.Gate)
        {
            if (store.Find(resource.Key, request.Namespace ?? "", request.Name) is not { } live)
            {
                if (request.Subresource.Length > 0 || wanted.Metadata().Text("uid") is { Length: > 0 })
                {
                    throw wanted.Metadata().Text("uid") is { Length: > 0 } uid && request.Subresource.Length == 0
                        ? ApiException.Conflict(
                            resource.Plural,
                            resource.Group,
                            request.Name,
                            $"uid mismatch: the provided object specified uid {uid}, and no existing object was found"
                        )
                        : ApiException.NotFound(resource.Plural, resource.Group, request.Name);
                }

                var made = ServerSideApply.Apply(
                    new JsonObject { ["apiVersion"] = resource.GroupVersion, ["kind"] = resource.Kind },
                    wanted,
                    shape,
                    sections,
                    manager,
                    "",
                    force: true,
                    resource.GroupVersion,
                    Now
                );
                return CreateLocked(request, resource, made, warnings, _ => { });
            }

            CheckPreconditions(request, live, wanted);
            var applied = ServerSideApply.Apply(
                live.Copy(),
                wanted,
                shape,
                sections,
                manager,
                request.Subresource,
                request.Text("force") is "true" or "1",
                resource.GroupVersion,
                Now
            );
            return Replace(request, live, applied, warnings, _ => { }, keepManagers: true);
        }
    }

    private static void CheckPreconditions(ApiRequest request, StoredObject live, JsonObject wanted)
    {
        var resource = request.Resource;
        if (
            wanted.Metadata().Text("resourceVersion") is { Length: > 0 } version
            && version != live.Json.Metadata().Text("resourceVersion")
        )
        {
            throw ApiException.Modified(resource.Plural, resource.Group, request.Name);
        }

        if (wanted.Metadata().Text("uid") is { Length: > 0 } uid && uid != live.Uid)
        {
            throw ApiException.Conflict(
                resource.Plural,
                resource.Group,
                request.Name,
                $"Precondition failed: UID in precondition: {uid}, UID in object meta: {live.Uid}"
            );
        }
    }

    private Result CreateLocked(
        ApiRequest request,
        ResourceInfo resource,
        JsonObject json,
        IReadOnlyList<string> warnings,
        Action<string> book
    )
    {
        var metadata = json.Metadata();
        Decoding.Place(request, metadata);
        if (metadata.Text("name") is not { Length: > 0 } && metadata.Text("generateName") is { Length: > 0 } prefix)
        {
            metadata["name"] = prefix + NameSuffix.Next();
        }

        var name = metadata.Text("name") ?? "";
        if (resource.Namespaced && store.Find("namespaces", "", request.Namespace!) is null)
        {
            throw ApiException.NotFound("namespaces", "", request.Namespace!);
        }

        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = Now;
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
        ObjectRules.Validate(resource, json, null);
        if (store.Find(resource.Key, request.Namespace ?? "", name) is not null)
        {
            throw ApiException.AlreadyExists(resource.Plural, resource.Group, name);
        }

        book(request.FieldManager);
        ObjectRules.Arrange(resource, json);
        if (request.IsDryRun)
        {
            metadata.Remove("resourceVersion");
            return new Result(201, json, warnings);
        }

        var stored = store.Put(resource.Key, json);
        definitions.AfterStore(resource, stored);
        return new Result(201, stored.Copy(), warnings);
    }

    private Result Replace(
        ApiRequest request,
        StoredObject live,
        JsonObject json,
        IReadOnlyList<string> warnings,
        Action<string> book,
        bool keepManagers = false
    )
    {
        var resource = request.Resource;
        if (
            json.Metadata().Text("resourceVersion") is { Length: > 0 } sent
            && sent != live.Json.Metadata().Text("resourceVersion")
        )
        {
            throw ApiException.Modified(resource.Plural, resource.Group, request.Name);
        }

        if (json.Metadata().Text("uid") is { Length: > 0 } uid && uid != live.Uid)
        {
            throw ApiException.Conflict(
                resource.Plural,
                resource.Group,
                request.Name,
                $"Precondition failed: UID in precondition: {uid}, UID in object meta: {live.Uid}"
            );
        }

        ObjectRules.Keep(resource, request.Subresource, live.Json, json, keepManagers);
        ObjectRules.Default(resource, json, live.Json);
        ObjectRules.Validate(resource, json, live.Json);
        if (!keepManagers)
        {
            book(request.FieldManager);
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
        var code = 200;
        if (request.IsDryRun || JsonNode.DeepEquals(json, live.Json))
        {
            return new Result(code, json, warnings);
        }

        if (
            json.Metadata()["deletionTimestamp"] is not null
            && json.Metadata().Array("finalizers") is not { Count: > 0 }
            && json.Metadata()["deletionGracePeriodSeconds"].Number() is 0 or null
        )
        {
            store.Remove(resource.Key, live);
            definitions.AfterRemove(resource, live.Json);
            return new Result(code, json, warnings);
        }

        var stored = store.Put(resource.Key, json);
        definitions.AfterStore(resource, stored);
        return new Result(code, stored.Copy(), warnings);
    }

    /// <summary>A pod's binding: its node, and the condition that says so.</summary>
    public void Bind(ApiRequest request, string node)
    {
        lock (store.Gate)
        {
            var json = store.Live(request).Copy();
            var spec = json.Child("spec");
            if (spec.Text("nodeName") is { Length: > 0 } bound)
            {
                throw ApiException.Conflict(
                    "pods/binding",
                    "",
                    request.Name,
                    $"pod {request.Name} is already assigned to node \"{bound}\""
                );
            }

            spec["nodeName"] = node;
            var conditions = (json.Object("status").Array("conditions") ?? [])
                .OfType<JsonObject>()
                .Where(c => c.Text("type") != "PodScheduled")
                .Select(c => (JsonNode)c.DeepClone());
            json.Child("status")["conditions"] = new JsonArray([
                .. conditions,
                new JsonObject
                {
                    ["type"] = "PodScheduled",
                    ["status"] = "True",
                    ["lastProbeTime"] = null,
                    ["lastTransitionTime"] = Now,
                },
            ]);
            store.Put(request.Resource.Key, json);
        }
    }
}
