using System.Text.Json.Nodes;
using LocalCluster.Discovery;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Requests;

namespace LocalCluster.Hooks;

/// <summary>Describes a write that is asked about, as admission plugins see it.</summary>
internal sealed class AdmissionAttributes
{
    public required ApiRequest Request { get; init; }

    /// <summary>Gets CREATE, UPDATE or DELETE.</summary>
    public required string Operation { get; init; }

    /// <summary>Gets the name in the request; empty when it is still to be generated.</summary>
    public required string Name { get; init; }

    public required bool IsDryRun { get; init; }

    /// <summary>Gets the namespace's object; null for cluster-scoped resources.</summary>
    public required JsonObject? Namespace { get; init; }

    /// <summary>Gets or sets the object as it would be stored; null for a delete.</summary>
    public JsonObject? Object { get; set; }

    /// <summary>Gets the object as it is stored; null for a create.</summary>
    public JsonObject? Old { get; init; }

    /// <summary>Gets what the client is to be told.</summary>
    public List<string> Warnings { get; } = [];

    public ResourceInfo Resource => Request.Resource;

    /// <summary>Gets the namespace's name, which is a Namespace's own.</summary>
    public string NamespaceName => Resource.Key == "namespaces" ? ObjectName : Request.Namespace ?? "";

    /// <summary>Gets the labels by which namespaces are selected.</summary>
    public JsonObject? NamespaceLabels =>
        (Resource.Key == "namespaces" ? Object ?? Old : Namespace)?.Metadata().Object("labels");

    private string ObjectName => (Object ?? Old)?.Metadata().Text("name") ?? Name;

    /// <summary>Makes the refusal of an admission plugin.</summary>
    public ApiException Forbidden(string why, int code = 403, string reason = "Forbidden") =>
        Forbidden(Resource, Name, Object, why, code, reason);

    /// <summary>Refuses as a ValidatingAdmissionPolicy does, which says it as a cause, too.</summary>
    public ApiException Denied(string why, int code, string reason) =>
        Forbidden(Resource, Name, Object, why, code, reason, isPolicy: true);

    /// <inheritdoc cref="Forbidden(string, int, string)"/>
    /// <remarks>A name that is still to be generated is shown so far.</remarks>
    public static ApiException Forbidden(
        ResourceInfo resource,
        string requested,
        JsonObject? json,
        string why,
        int code = 403,
        string reason = "Forbidden",
        bool isPolicy = false
    )
    {
        var name =
            requested.Length > 0 ? requested
            : json?.Metadata().Text("name") is { Length: > 0 } given ? given
            : json?.Metadata().Text("generateName") is { Length: > 0 } prefix ? prefix
            : "Unknown";
        var details = new JsonObject { ["name"] = name };
        if (resource.Group.Length > 0)
        {
            details["group"] = resource.Group;
        }

        details["kind"] = resource.Plural;
        if (isPolicy || code != 403)
        {
            details["causes"] = new JsonArray(new JsonObject { ["message"] = why });
        }

        return new ApiException(
            code,
            reason,
            $"{ApiException.Qualified(resource.Plural, resource.Group)} \"{name}\" is forbidden: {why}",
            details
        );
    }
}
