using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Hooks;
using LocalCluster.Json;
using LocalCluster.Patching;
using LocalCluster.Requests;
using LocalCluster.Storage;

namespace LocalCluster.Writes;

/// <summary>Writes server-side applies: creates what isn't there, merges into what is.</summary>
internal sealed class ApplyWriter(
    ObjectStore store,
    WriteCommitter commit,
    AskedWriter asked,
    AdmissionHooks hooks,
    TimeProvider time
)
{
    /// <exception cref="ApiException">
    /// It has no field manager (422), or conflicts with another's fields (409).
    /// </exception>
    public async Task<WriteResult> ApplyAsync(ApiRequest request, string body, CancellationToken cancellationToken)
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

        JsonObject? made = null;
        lock (store.Gate)
        {
            var isAsked = hooks.AreAsked(resource);
            if (store.Find(resource.Key, request.Namespace ?? "", request.Name) is not { } live)
            {
                made = Make(request, wanted, manager);
                if (!isAsked)
                {
                    return commit.Create(request, made, warnings, isApply: true);
                }
            }
            else if (!isAsked)
            {
                return commit.Replace(request, live, Merge(request, live, wanted, manager), warnings, isApply: true);
            }
        }

        return made is not null
            ? await asked.CreateAsync(request, made, warnings, isApply: true, cancellationToken)
            : await asked.ReplaceAsync(
                request,
                live => (Merge(request, live, wanted.Copy(), manager), warnings),
                isApply: true,
                cancellationToken
            );
    }

    /// <summary>Makes an object that isn't there yet.</summary>
    private JsonObject Make(ApiRequest request, JsonObject wanted, string manager)
    {
        var resource = request.Resource;
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

        return Apply(
            request,
            new JsonObject { ["apiVersion"] = resource.GroupVersion, ["kind"] = resource.Kind },
            wanted,
            manager,
            subresource: "",
            force: true
        );
    }

    private JsonObject Merge(ApiRequest request, StoredObject live, JsonObject wanted, string manager)
    {
        Preconditions.Demand(request, live, wanted);
        var force = request.Text("force") is "true" or "1";
        return Apply(request, live.Copy(), wanted, manager, request.Subresource, force);
    }

    private JsonObject Apply(
        ApiRequest request,
        JsonObject live,
        JsonObject wanted,
        string manager,
        string subresource,
        bool force
    ) =>
        ServerSideApply.Apply(
            live,
            wanted,
            FieldOwners.ShapeOf(request.Resource),
            FieldOwners.Sections(request.Resource, request.Subresource),
            manager,
            subresource,
            force,
            request.Resource.GroupVersion,
            time.Text()
        );
}
