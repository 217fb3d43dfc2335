using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Requests;
using LocalCluster.Storage;

namespace LocalCluster.Writes;

/// <summary>Holds a write to the version and uid that it names.</summary>
internal static class Preconditions
{
    /// <exception cref="ApiException">The stored object has another version or uid (409).</exception>
    public static void Demand(ApiRequest request, StoredObject live, JsonObject sent)
    {
        var resource = request.Resource;
        if (
            sent.Metadata().Text("resourceVersion") is { Length: > 0 } version
            && version != live.Json.Metadata().Text("resourceVersion")
        )
        {
            throw ApiException.Modified(resource.Plural, resource.Group, request.Name);
        }

        if (sent.Metadata().Text("uid") is { Length: > 0 } uid && uid != live.Uid)
        {
            throw ApiException.Conflict(
                resource.Plural,
                resource.Group,
                request.Name,
                $"Precondition failed: UID in precondition: {uid}, UID in object meta: {live.Uid}"
            );
        }
    }
}
