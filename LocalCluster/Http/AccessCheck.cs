using System.Text.Json.Nodes;
using LocalCluster.Access;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Requests;
using LocalCluster.Writes;

namespace LocalCluster.Http;

/// <summary>Says no in the API server's words, and answers those who ask before.</summary>
internal sealed class AccessCheck(RoleBasedAccess access)
{
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

        var (resource, group) = (request.Resource.Plural, request.Resource.Group);
        var what = request.Subresource.Length == 0 ? resource : $"{resource}/{request.Subresource}";
        var where = asked.Namespace.Length > 0 ? $"in the namespace \"{asked.Namespace}\"" : "at the cluster scope";
        var subject = ApiException.Qualified(resource, group) + (request.Name.Length > 0 ? $" \"{request.Name}\"" : "");
        var details = new JsonObject();
        if (request.Name.Length > 0)
        {
            details["name"] = request.Name;
        }

        if (group.Length > 0)
        {
            details["group"] = group;
        }

        details["kind"] = resource;
        throw new ApiException(
            403,
            "Forbidden",
            $"{subject} is forbidden: User \"{request.User.Name}\" cannot {asked.Verb} resource \"{what}\" "
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
