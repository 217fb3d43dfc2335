using System.Net;
using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Nodes.Kubelets;

/// <summary>
/// Pulls images as far as a simulated node needs: asks the registry for the manifest and its config's user.
/// </summary>
internal sealed class ImagePuller(HttpClient http, NodeOptions options)
{
    /// <summary>Returns why an image can't be pulled, or the user that it runs as (null: nobody asked).</summary>
    public async Task<PulledImage> PullAsync(string image, CancellationToken cancellationToken)
    {
        var slash = image.IndexOf('/', StringComparison.Ordinal);
        var host = slash > 0 ? image[..slash] : "";
        if (!options.Registries.TryGetValue(host, out var mirror))
        {
            return new PulledImage(null, null);
        }

        var rest = image[(slash + 1)..];
        var at = rest.IndexOf('@', StringComparison.Ordinal);
        var colon = rest.LastIndexOf(':');
        var (repository, reference) =
            at > 0 ? (rest[..at], rest[(at + 1)..])
            : colon > 0 ? (rest[..colon], rest[(colon + 1)..])
            : (rest, "latest");
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            $"http://{mirror}/v2/{repository}/manifests/{reference}"
        );
        request.Headers.Accept.ParseAdd("application/vnd.oci.image.manifest.v1+json");
        request.Headers.Accept.ParseAdd("application/vnd.docker.distribution.manifest.v2+json");
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                var code = response.StatusCode == HttpStatusCode.NotFound ? "NotFound" : "Unknown";
                return new PulledImage(
                    $"rpc error: code = {code} desc = failed to pull and unpack image \"{image}\": failed to "
                        + $"resolve image: {image}: {(code == "NotFound" ? "not found" : response.ReasonPhrase)}",
                    null
                );
            }

            var manifest = JsonNode.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken)) as JsonObject;
            var config = await http.GetByteArrayAsync(
                new Uri($"http://{mirror}/v2/{repository}/blobs/{manifest.Object("config").Text("digest")}"),
                cancellationToken
            );
            return new PulledImage(null, (JsonNode.Parse(config) as JsonObject).Object("config").Text("User") ?? "");
        }
        catch (HttpRequestException e)
        {
            return new PulledImage(
                $"rpc error: code = Unavailable desc = failed to pull and unpack image \"{image}\": {e.Message}",
                null
            );
        }
    }
}
