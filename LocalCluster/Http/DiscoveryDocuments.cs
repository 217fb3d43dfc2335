using System.Text.Json.Nodes;
using LocalCluster.Discovery;
using Microsoft.AspNetCore.Http;

namespace LocalCluster.Http;

/// <summary>Finds the documents that say what is served: version, groups, resources, OpenAPI.</summary>
internal sealed class DiscoveryDocuments(ResourceCatalog catalog)
{
    private readonly DiscoveryWriter _discovery = new(catalog);
    private readonly OpenApiWriter _openApi = new(catalog);

    /// <summary>Returns the document at a path; null when there is none.</summary>
    public JsonObject? Find(HttpContext context, string[] parts)
    {
        var aggregated = context
            .Request.Headers.Accept.ToString()
            .Contains("as=APIGroupDiscoveryList", StringComparison.Ordinal);
        return parts switch
        {
            ["version"] => DiscoveryWriter.Version(),
            ["api"] when aggregated => _discovery.Aggregated(core: true),
            ["api"] => DiscoveryWriter.CoreVersions(context.Request.Host.Value ?? ""),
            ["apis"] when aggregated => _discovery.Aggregated(core: false),
            ["apis"] => _discovery.Groups(),
            ["api", var version] => _discovery.Resources("", version),
            ["apis", var group] => _discovery.GroupDocument(group),
            ["apis", var group, var version] => _discovery.Resources(group, version),
            ["openapi", "v3"] => _openApi.Index(),
            ["openapi", "v3", "api", var version] => _openApi.Document("", version),
            ["openapi", "v3", "apis", var group, var version] => _openApi.Document(group, version),
            _ => null,
        };
    }
}
