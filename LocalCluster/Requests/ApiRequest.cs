using System.Globalization;
using LocalCluster.Access;
using LocalCluster.Discovery;
using LocalCluster.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace LocalCluster.Requests;

/// <summary>Holds a request for a resource, taken apart.</summary>
internal sealed record ApiRequest
{
    public required ResourceInfo Resource { get; init; }

    public required string Method { get; init; }

    /// <summary>Gets the namespace: null across all, empty for cluster-scoped resources.</summary>
    public required string? Namespace { get; init; }

    /// <summary>Gets the name; empty for collections.</summary>
    public required string Name { get; init; }

    public required string Subresource { get; init; }

    public required IQueryCollection Query { get; init; }

    public required User User { get; init; }

    /// <summary>
    /// Gets what a field manager is called that doesn't say: the client's name up to the first slash.
    /// </summary>
    public required string DefaultManager { get; init; }

    public bool IsWatch => Method == "GET" && Query["watch"] is [("true" or "1" or ""), ..];

    public bool IsDryRun => Query["dryRun"] is ["All", ..];

    public string FieldManager => Query["fieldManager"] is [{ Length: > 0 } manager, ..] ? manager : DefaultManager;

    public string? Text(string name) =>
        Query.TryGetValue(name, out var value) && !StringValues.IsNullOrEmpty(value) ? value[0] : null;

    public long? Number(string name) =>
        long.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Gets RBAC's verb.</summary>
    public string Verb =>
        Method switch
        {
            "GET" or "HEAD" => IsWatch ? "watch"
            : Name.Length == 0 ? "list"
            : "get",
            "POST" => "create",
            "PUT" => "update",
            "PATCH" => "patch",
            "DELETE" => Name.Length == 0 ? "deletecollection" : "delete",
            _ => throw ApiException.MethodNotAllowed(),
        };
}
