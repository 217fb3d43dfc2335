namespace Operator.Tests.Check.Rights;

/// <summary>Holds what a request to the API server needs, in RBAC's words, read from the request itself.</summary>
/// <param name="Verb">For example <c>list</c>.</param>
/// <param name="Group">Empty for the core group.</param>
/// <param name="Resource">Plural, with <c>/subresource</c> where there is one.</param>
/// <param name="Namespace">Empty for all namespaces, or for what lives in none.</param>
/// <param name="Name">Empty for collections, and for what is created.</param>
/// <param name="IsImpersonated">Whether it is made in another account's name.</param>
internal sealed record RequestedRight(
    string Verb,
    string Group,
    string Resource,
    string Namespace,
    string Name,
    bool IsImpersonated
)
{
    private const string ImpersonatedUser = "Impersonate-User";
    private const string Namespaces = "namespaces";

    /// <summary>
    /// Reads a request by the rules of the API server's RequestInfo; returns null for what is no resource, as
    /// <c>/version</c>, which RBAC lets everybody read.
    /// </summary>
    public static RequestedRight? Of(HttpRequestMessage request)
    {
        var path = request.RequestUri!.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var (group, rest) = path switch
        {
            ["api", "v1", .. var below] => ("", below),
            ["apis", var named, _, .. var below] => (named, below),
            _ => ("", []),
        };
        var (ns, resource) = rest is [Namespaces, var inside, _, ..] ? (inside, rest[2..]) : ("", rest);
        if (resource.Length == 0)
        {
            return null;
        }

        var name = resource.Length > 1 ? Uri.UnescapeDataString(resource[1]) : "";
        return new RequestedRight(
            VerbOf(request, name),
            group,
            string.Join('/', [resource[0], .. resource.Skip(2)]),
            ns,
            name,
            request.Headers.Contains(ImpersonatedUser)
        );
    }

    /// <summary>Returns what applying needs besides, where the object wasn't there: to create it.</summary>
    public RequestedRight ToCreate() => this with { Verb = "create", Name = "" };

    private static string VerbOf(HttpRequestMessage request, string name) =>
        request.Method.Method switch
        {
            "POST" => "create",
            "PUT" => "update",
            "PATCH" => "patch",
            "DELETE" => name.Length == 0 ? "deletecollection" : "delete",
            _ when IsWatch(request) => "watch",
            _ => name.Length == 0 ? "list" : "get",
        };

    private static bool IsWatch(HttpRequestMessage request) =>
        request
            .RequestUri!.Query.TrimStart('?')
            .Split('&')
            .Any(part => part is "watch" or "watch=" or "watch=1" or "watch=true");
}
