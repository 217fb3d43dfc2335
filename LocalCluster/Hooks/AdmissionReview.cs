using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.Discovery;
using LocalCluster.Json;

namespace LocalCluster.Hooks;

/// <summary>Writes and reads the documents that are exchanged with webhooks (admission.k8s.io/v1).</summary>
internal static class AdmissionReview
{
    private const string Version = "admission.k8s.io/v1";

    public static JsonObject Of(AdmissionAttributes asked, ResourceInfo resource, string uid) =>
        new()
        {
            ["kind"] = "AdmissionReview",
            ["apiVersion"] = Version,
            ["request"] = RequestOf(asked, resource, uid),
        };

    public static JsonObject RequestOf(AdmissionAttributes asked, ResourceInfo resource, string uid)
    {
        var request = new JsonObject
        {
            ["uid"] = uid,
            ["kind"] = KindOf(resource),
            ["resource"] = NameOf(resource),
        };
        var subresource = asked.Request.Subresource;
        Add("subResource", subresource);
        request["requestKind"] = KindOf(asked.Resource);
        request["requestResource"] = NameOf(asked.Resource);
        Add("requestSubResource", subresource);
        Add("name", asked.Name);
        Add("namespace", asked.NamespaceName);
        request["operation"] = asked.Operation;
        request["userInfo"] = new JsonObject
        {
            ["username"] = asked.Request.User.Name,
            ["groups"] = new JsonArray([.. asked.Request.User.Groups.Select(g => (JsonNode)g)]),
        };
        request["object"] = InVersion(asked.Object, resource);
        request["oldObject"] = InVersion(asked.Old, resource);
        request["dryRun"] = asked.IsDryRun;
        request["options"] = OptionsOf(asked);
        return request;

        void Add(string field, string value)
        {
            if (value.Length > 0)
            {
                request[field] = value;
            }
        }
    }

    /// <summary>Returns the response of a webhook's answer.</summary>
    /// <exception cref="JsonException">It is none; the message says why in the API server's words.</exception>
    public static JsonObject Verify(JsonObject answer, string uid, bool isMutating)
    {
        if (answer.Text("apiVersion") != Version || answer.Text("kind") != "AdmissionReview")
        {
            var got = (answer.Text("apiVersion") ?? "").Split('/');
            throw new JsonException(
                $"expected webhook response of {Version}, Kind=AdmissionReview, got "
                    + $"{(got.Length > 1 ? got[0] : "")}/{got[^1]}, Kind={answer.Text("kind")}"
            );
        }

        var response = answer.Object("response") ?? throw new JsonException("webhook response was absent");
        var patch = response.Text("patch") is { Length: > 0 };
        var why =
            response.Text("uid") != uid ? $"expected response.uid=\"{uid}\", got \"{response.Text("uid")}\""
            : !isMutating && patch ? "validating webhook may not return response.patch"
            : !isMutating && response["patchType"] is not null ? "validating webhook may not return response.patchType"
            : patch && response["patchType"] is null ? "webhook returned response.patch but not response.patchType"
            : !patch && response["patchType"] is not null ? "webhook returned response.patchType but not response.patch"
            : null;
        return why is null ? response : throw new JsonException(why);
    }

    private static JsonObject KindOf(ResourceInfo resource) =>
        new()
        {
            ["group"] = resource.Group,
            ["version"] = resource.Version,
            ["kind"] = resource.Kind,
        };

    private static JsonObject NameOf(ResourceInfo resource) =>
        new()
        {
            ["group"] = resource.Group,
            ["version"] = resource.Version,
            ["resource"] = resource.Plural,
        };

    private static JsonObject? InVersion(JsonObject? json, ResourceInfo resource)
    {
        var copy = json?.Copy();
        if (copy is not null)
        {
            copy["apiVersion"] = resource.GroupVersion;
        }

        return copy;
    }

    private static JsonObject OptionsOf(AdmissionAttributes asked)
    {
        var kind = asked switch
        {
            { Operation: "CREATE" } => "CreateOptions",
            { Operation: "DELETE" } => "DeleteOptions",
            { Request.Method: "PATCH" } => "PatchOptions",
            _ => "UpdateOptions",
        };
        var options = new JsonObject { ["kind"] = kind, ["apiVersion"] = "meta.k8s.io/v1" };
        if (asked.IsDryRun)
        {
            options["dryRun"] = new JsonArray("All");
        }

        if (kind != "DeleteOptions" && asked.Request.Text("fieldManager") is { } manager)
        {
            options["fieldManager"] = manager;
        }

        return options;
    }
}
