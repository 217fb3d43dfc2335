using System.Text.Json.Nodes;
using LocalCluster.Builtin;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Requests;

namespace LocalCluster.Writes;

/// <summary>
/// Decodes what a request brings, before it meets what is stored: its place, its kind, and fields that nobody knows.
/// </summary>
internal static class Decoding
{
    /// <returns>Warnings.</returns>
    public static IReadOnlyList<string> Decode(ApiRequest request, JsonObject json)
    {
        var resource = request.Resource;
        if (json.Metadata().Text("namespace") is { Length: > 0 } ns && resource.Namespaced && ns != request.Namespace)
        {
            throw ApiException.BadRequest(
                "the namespace of the provided object does not match the namespace sent on the request"
            );
        }

        json.Fill("apiVersion", resource.GroupVersion);
        json.Fill("kind", resource.Kind);
        var unknown = resource.Schema?.Prune(json) ?? [];
        if (unknown.Count == 0)
        {
            return [];
        }

        var fields = string.Join(", ", unknown.Select(u => $"unknown field \"{u}\""));
        return request.Text("fieldValidation") switch
        {
            "Strict" => throw ApiException.BadRequest(
                $"{resource.Kind} in version \"{resource.Version}\" cannot be handled as a {resource.Kind}: "
                    + $"strict decoding error: {fields}"
            ),
            "Ignore" => [],
            _ => [.. unknown.Select(u => $"299 - \"unknown field \\\"{u}\\\"\"")],
        };
    }

    /// <summary>Puts the path's name and namespace into the metadata.</summary>
    public static void Place(ApiRequest request, JsonObject metadata)
    {
        if (request.Name.Length > 0)
        {
            metadata["name"] = request.Name;
        }

        if (request.Resource.Namespaced)
        {
            metadata["namespace"] = request.Namespace;
        }
        else
        {
            metadata.Remove("namespace");
        }
    }
}
