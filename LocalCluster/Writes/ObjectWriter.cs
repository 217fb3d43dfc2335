using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Requests;
using LocalCluster.Storage;

namespace LocalCluster.Writes;

/// <summary>
/// Creates, updates and patches objects, each under the store's lock: decodes what was sent, merges it, and commits it.
/// </summary>
internal sealed class ObjectWriter(ObjectStore store, Definitions definitions, TimeProvider time)
{
    private readonly WriteCommitter _commit = new(store, definitions, time);
    private readonly ApplyWriter _applies = new(store, new WriteCommitter(store, definitions, time), time);

    /// <exception cref="ApiException">It can't be read (400), is invalid (422), or exists (409).</exception>
    public WriteResult Create(ApiRequest request, JsonObject json)
    {
        var resource = request.Resource;
        var warnings = Decoding.Decode(request, json);
        lock (store.Gate)
        {
            return _commit.Create(request, json, warnings, isApply: false);
        }
    }

    /// <exception cref="ApiException">There is none (404), or it is another's or invalid (409, 422).</exception>
    public WriteResult Update(ApiRequest request, JsonObject json)
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

            return _commit.Replace(request, live, json, warnings, isApply: false);
        }
    }

    /// <summary>Applies, or merges a patch of one of three kinds, by its media type.</summary>
    /// <exception cref="ApiException">The kind doesn't take it (415), or as for an update.</exception>
    public WriteResult Patch(ApiRequest request, string contentType, string body)
    {
        if (contentType == "application/apply-patch+yaml")
        {
            return _applies.Apply(request, body);
        }

        var resource = request.Resource;
        PatchFormat.Demand(contentType, resource);
        var patch = Body.Parse(body, resource.Kind);
        lock (store.Gate)
        {
            var live = store.Live(request);
            var json = PatchFormat.Merge(contentType, live.Copy(), patch);
            var warnings = Decoding.Decode(request, json);
            return _commit.Replace(request, live, json, warnings, isApply: false);
        }
    }
}
