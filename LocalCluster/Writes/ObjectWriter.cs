using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Hooks;
using LocalCluster.Json;
using LocalCluster.Requests;
using LocalCluster.Storage;

namespace LocalCluster.Writes;

/// <summary>
/// Creates, updates and patches objects: decodes what was sent, merges it, and commits it, under the store's lock where
/// nobody else is to be asked.
/// </summary>
internal sealed class ObjectWriter(
    ObjectStore store,
    WriteCommitter commit,
    AskedWriter asked,
    AdmissionHooks hooks,
    TimeProvider time
)
{
    private readonly ApplyWriter _applies = new(store, commit, asked, hooks, time);

    /// <exception cref="ApiException">It can't be read (400), is invalid (422), or exists (409).</exception>
    public async Task<WriteResult> CreateAsync(ApiRequest request, JsonObject json, CancellationToken cancellationToken)
    {
        var warnings = Decoding.Decode(request, json);
        lock (store.Gate)
        {
            if (!hooks.AreAsked(request.Resource))
            {
                return commit.Create(request, json, warnings, isApply: false);
            }
        }

        return await asked.CreateAsync(request, json, warnings, isApply: false, cancellationToken);
    }

    /// <exception cref="ApiException">There is none (404), or it is another's or invalid (409, 422).</exception>
    public Task<WriteResult> UpdateAsync(ApiRequest request, JsonObject json, CancellationToken cancellationToken)
    {
        var warnings = Decoding.Decode(request, json);
        return ReplaceAsync(
            request,
            _ =>
            {
                DemandVersion(request, json);
                return (json.Copy(), warnings);
            },
            cancellationToken
        );
    }

    /// <summary>Applies, or merges a patch of one of three kinds, by its media type.</summary>
    /// <exception cref="ApiException">The kind doesn't take it (415), or as for an update.</exception>
    public Task<WriteResult> PatchAsync(
        ApiRequest request,
        string contentType,
        string body,
        CancellationToken cancellationToken
    )
    {
        if (contentType == "application/apply-patch+yaml")
        {
            return _applies.ApplyAsync(request, body, cancellationToken);
        }

        var resource = request.Resource;
        PatchFormat.Demand(contentType, resource);
        var patch = Body.Parse(body, resource.Kind);
        return ReplaceAsync(
            request,
            live =>
            {
                var json = PatchFormat.Merge(contentType, live.Copy(), patch);
                return (json, Decoding.Decode(request, json));
            },
            cancellationToken
        );
    }

    private async Task<WriteResult> ReplaceAsync(
        ApiRequest request,
        Func<StoredObject, (JsonObject Json, IReadOnlyList<string> Warnings)> make,
        CancellationToken cancellationToken
    )
    {
        lock (store.Gate)
        {
            if (!hooks.AreAsked(request.Resource))
            {
                var live = store.Live(request);
                var (json, warnings) = make(live);
                return commit.Replace(request, live, json, warnings, isApply: false);
            }
        }

        return await asked.ReplaceAsync(request, make, isApply: false, cancellationToken);
    }

    /// <summary>Refuses an update of a custom resource that doesn't say of which version.</summary>
    private static void DemandVersion(ApiRequest request, JsonObject json)
    {
        var resource = request.Resource;
        var sent = json.Metadata().Text("resourceVersion");
        if (sent is not { Length: > 0 } && resource.IsCustom)
        {
            throw new ApiException(
                422,
                "Invalid",
                $"{ApiException.Qualified(resource.Plural, resource.Group)} \"{request.Name}\" is "
                    + "invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update",
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
    }
}
