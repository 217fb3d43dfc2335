using System.Text.Json.Nodes;
using LocalCluster.Access;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Requests;
using LocalCluster.Writes;
using Microsoft.AspNetCore.Http;

namespace LocalCluster.Http;

/// <summary>Says no in the API server's words, and answers those who ask before.</summary>
internal sealed class AccessCheck(RoleBasedAccess access)
{
    /// <summary>Returns whom a request is made as, when who sends it may act as them.</summary>
    public User Impersonate(User user, IHeaderDictionary headers)
    {
        var asked = Impersonation.Read(headers);
        foreach (var needed in asked.Needed.Where(n => !access.IsAllowed(user, n)))
        {
            throw Forbidden(user, needed);
        }

        return asked.As ?? user;
    }

    public void Demand(ApiRequest request)
    {
        var asked = new AccessRequest(
            request.Verb,
            request.Resource.Group,
            request.Resource.Plural,
            request.Subresource,
            request.Namespace ?? "",
            request.Name
        );
        if (request.Resource.IsReview || access.IsAllowed(request.User, asked))
        {
            return;
        }

        throw Forbidden(request.User, asked);
    }

    private static ApiException Forbidden(User user, AccessRequest asked)
    {
        var (resource, group) = (asked.Resource, asked.Group);
        var what = asked.Subresource.Length == 0 ? resource : $"{resource}/{asked.Subresource}";
        var where = asked.Namespace.Length > 0 ? $"in the namespace \"{asked.Namespace}\"" : "at the cluster scope";
        var subject = ApiException.Qualified(resource, group) + (asked.Name.Length > 0 ? $" \"{asked.Name}\"" : "");
        var details = new JsonObject();
        if (asked.Name.Length > 0)
        {
            details["name"] = asked.Name;
        }

        if (group.Length > 0)
        {
            details["group"] = group;
        }

        details["kind"] = resource;
        return new ApiException(
            403,
            "Forbidden",
            $"{subject} is forbidden: User \"{user.Name}\" cannot {asked.Verb} resource \"{what}\" "
                + $"in API group \"{group}\" {where}",
            details
        );
    }

    public WriteResult Review(ApiRequest request, JsonObject review)
    {
        var asked = review.Object("spec").Object("resourceAttributes");
        var allowed = access.IsAllowed(
            request.User,
            new AccessRequest(
                asked.Text("verb") ?? "",
                asked.Text("group") ?? "",
                asked.Text("resource") ?? "",
                asked.Text("subresource") ?? "",
                asked.Text("namespace") ?? "",
                asked.Text("name") ?? ""
            )
        );
        review["metadata"] = new JsonObject();
        review["status"] = new JsonObject { ["allowed"] = allowed };
        return new WriteResult(201, review, []);
    }
}
