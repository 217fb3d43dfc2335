using System.Text.Json.Nodes;
using LocalCluster.Discovery;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Http;

/// <summary>Renders the scale of an object, and what a written scale changes of it.</summary>
internal static class ScaleForm
{
    private static readonly string[] Identity = ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"];

    /// <summary>Returns the Scale; a custom resource must have the field that its replicas are in.</summary>
    /// <exception cref="ApiException">It hasn't (500).</exception>
    public static JsonObject Of(ResourceInfo resource, JsonObject json)
    {
        var replicas = At(json, resource.ScalePath!);
        if (replicas is null && resource.IsCustom)
        {
            throw new ApiException(
                500,
                "InternalError",
                $"Internal error occurred: the spec replicas field \"{resource.ScalePath}\" does not exist"
            );
        }

        var metadata = new JsonObject();
        foreach (var field in Identity)
        {
            metadata[field] = json.Metadata()[field]?.DeepClone();
        }

        var spec = new JsonObject();
        if (replicas.Number() is { } wanted and > 0)
        {
            spec["replicas"] = wanted;
        }

        var status = new JsonObject { ["replicas"] = At(json, resource.ScaleStatusPath).Number() ?? 0 };
        if (SelectorOf(resource, json) is { Length: > 0 } selector)
        {
            status["selector"] = selector;
        }

        return new JsonObject
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = metadata,
            ["spec"] = spec,
            ["status"] = status,
        };
    }

    /// <summary>
    /// Returns what a written Scale changes of its object, as a merge patch: the replicas, if the object is still of
    /// the version that the Scale names. A Scale that is put without replicas asks for none, as its type's zero says.
    /// </summary>
    public static JsonObject PatchOf(ResourceInfo resource, JsonObject scale, bool isWhole)
    {
        var patch = new JsonObject();
        if (scale.Object("metadata").Text("resourceVersion") is { Length: > 0 } version)
        {
            patch["metadata"] = new JsonObject { ["resourceVersion"] = version };
        }

        var replicas = scale.Object("spec")?["replicas"].Number();
        if (replicas is null && !isWhole)
        {
            return patch;
        }

        JsonNode value = replicas ?? 0;
        var parts = Parts(resource.ScalePath!);
        foreach (var part in parts.Skip(1).Reverse())
        {
            value = new JsonObject { [part] = value };
        }

        patch[parts[0]] = value;
        return patch;
    }

    private static string? SelectorOf(ResourceInfo resource, JsonObject json) =>
        resource.IsCustom
            ? resource.ScaleSelectorPath is { } path
                ? At(json, path).Text()
                : null
            : string.Join(
                ',',
                (json.Object("spec").Object("selector").Object("matchLabels") ?? []).Select(l =>
                    $"{l.Key}={l.Value.Text()}"
                )
            );

    private static JsonNode? At(JsonObject json, string path) =>
        Parts(path).Aggregate((JsonNode?)json, (node, part) => (node as JsonObject)?[part]);

    private static string[] Parts(string path) => path.TrimStart('.').Split('.');
}
