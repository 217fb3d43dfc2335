using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Patching;
using LocalCluster.Requests;
using LocalCluster.Storage;

namespace LocalCluster.Writes;

/// <summary>Writes server-side applies: creates what isn't there, merges into what is.</summary>
internal sealed class ApplyWriter(ObjectStore store, WriteCommitter commit, TimeProvider time)
{
    /// <exception cref="ApiException">
    /// It has no field manager (422), or conflicts with another's fields (409).
    /// </exception>
    public WriteResult Apply(ApiRequest request, string body)
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
                    time.Text()
                );
                return commit.Create(request, made, warnings, isApply: true);
            }

            Preconditions.Demand(request, live, wanted);
            var applied = ServerSideApply.Apply(
                live.Copy(),
                wanted,
                shape,
                sections,
                manager,
                request.Subresource,
                request.Text("force") is "true" or "1",
                resource.GroupVersion,
                time.Text()
            );
            return commit.Replace(request, live, applied, warnings, isApply: true);
        }
    }
}
