using LocalCluster.Access;
using LocalCluster.Discovery;
using LocalCluster.Requests;
using Microsoft.AspNetCore.Http;

namespace LocalCluster.Http;

/// <summary>Takes paths of resources apart.</summary>
internal sealed class RequestRouter(ResourceCatalog catalog)
{
    /// <summary>Returns what a path asks for; null when nothing is served there.</summary>
    public ApiRequest? Route(HttpContext context, string[] parts, User user)
    {
        var (group, version, rest) = parts switch
        {
            ["api", var v, .. var r] => ("", v, r),
            ["apis", var g, var v, .. var r] => (g, v, r),
            _ => ("", "", []),
        };
        string? ns = null;
        if (rest is ["namespaces", var space, _, ..] && !(rest is ["namespaces", _, "status" or "finalize"]))
        {
            (ns, rest) = (space, rest[2..]);
        }

        if (rest.Length is 0 or > 3 || catalog.Find(group, version, rest[0]) is not { } resource)
        {
            return null;
        }

        var agent = context.Request.Headers.UserAgent.ToString();
        return new ApiRequest
        {
            Resource = resource,
            Method = context.Request.Method,
            Namespace = resource.Namespaced ? ns : "",
            Name = rest.Length > 1 ? Uri.UnescapeDataString(rest[1]) : "",
            Subresource = rest.Length > 2 ? rest[2] : "",
            Query = context.Request.Query,
            User = user,
            DefaultManager = agent.Length == 0 ? "unknown" : agent.Split('/')[0],
        };
    }
}
