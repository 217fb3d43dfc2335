using System.Text.Json.Nodes;
using LocalCluster.Discovery;
using LocalCluster.Errors;
using LocalCluster.Patching;
using LocalCluster.Schema;

namespace LocalCluster.Writes;

/// <summary>Knows the patches that aren't applies, by their media type.</summary>
internal static class PatchFormat
{
    /// <exception cref="ApiException">The resource doesn't take such patches (415).</exception>
    public static void Demand(string contentType, ResourceInfo resource)
    {
        if (
            contentType
                is not (
                    "application/merge-patch+json"
                    or "application/json-patch+json"
                    or "application/strategic-merge-patch+json"
                )
            || (contentType == "application/strategic-merge-patch+json" && resource.IsCustom)
        )
        {
            var types =
                "application/json-patch+json, application/merge-patch+json, "
                + (resource.IsCustom ? "" : "application/strategic-merge-patch+json, ")
                + "application/apply-patch+yaml";
            throw new ApiException(
                415,
                "UnsupportedMediaType",
                $"the body of the request was in an unknown format - accepted media types include: {types}"
            );
        }
    }

    /// <summary>Returns the object as the patch makes it.</summary>
    /// <exception cref="ApiException">
    /// The patch is of the wrong JSON type (400), or can't be carried out (422).
    /// </exception>
    public static JsonObject Merge(string contentType, JsonObject json, JsonNode? patch) =>
        (contentType, patch) switch
        {
            ("application/json-patch+json", JsonArray steps) => JsonPatch.Apply(json, steps),
            ("application/merge-patch+json", JsonObject merge) => MergePatch.Apply(json, merge),
            (_, JsonObject merge) => StrategicMerge.Apply(json, merge, BuiltinShape.Root),
            _ => throw ApiException.BadRequest("the patch is of the wrong JSON type for its content type"),
        };
}
