using LocalCluster.Errors;
using LocalCluster.Storage;

namespace LocalCluster.Requests;

/// <summary>Finds what a request names.</summary>
internal static class StoreReads
{
    /// <exception cref="ApiException">There is none (404).</exception>
    public static StoredObject Live(this ObjectStore store, ApiRequest request) =>
        store.Find(request.Resource.Key, request.Namespace ?? "", request.Name)
        ?? throw ApiException.NotFound(request.Resource.Plural, request.Resource.Group, request.Name);
}
