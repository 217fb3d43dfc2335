using System.Text.Json.Nodes;
using LocalCluster.Access;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Requests;
using LocalCluster.Writes;
using Microsoft.AspNetCore.Http;

namespace LocalCluster.Http;

/// <summary>Says no in the API server's words, and answers those who ask before.</summary>
internal sealed class AccessCheck(RoleBasedAccess access, Tokens tokens)
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
        if (request.Resource.IsFree || access.IsAllowed(request.User, asked))
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
        review["metadata"] = new JsonObject();
        review["status"] = request.Resource.Kind == "TokenReview" ? WhoIs(review) : May(request, review);
        return new WriteResult(201, review, []);
    }

    private JsonObject WhoIs(JsonObject review) =>
        tokens.Find($"Bearer {review.Object("spec").Text("token")}") is { } user
            ? new JsonObject
            {
                ["authenticated"] = true,
                ["user"] = new JsonObject
                {
                    ["username"] = user.Name,
                    ["groups"] = new JsonArray([.. user.Groups.Select(g => JsonValue.Create(g))]),
                },
            }
            : new JsonObject { ["user"] = new JsonObject(), ["error"] = "invalid bearer token" };

    private JsonObject May(ApiRequest request, JsonObject review)
    {
        var spec = review.Object("spec");
        var asked = spec.Object("resourceAttributes");
        var who =
            request.Resource.Kind == "SubjectAccessReview"
                ? new User(spec.Text("user") ?? "", [.. (spec.Array("groups") ?? []).Select(g => g.Text() ?? "")])
                : request.User;
        var allowed = access.IsAllowed(
            who,
            new AccessRequest(
                asked.Text("verb") ?? "",
                asked.Text("group") ?? "",
                asked.Text("resource") ?? "",
                asked.Text("subresource") ?? "",
                asked.Text("namespace") ?? "",
                asked.Text("name") ?? ""
            )
        );
        return new JsonObject { ["allowed"] = allowed };
    }
}
