using System.Net;
using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Nodes.Kubelets;

/// <summary>
/// Pulls images as far as a simulated node needs: asks the registry for the manifest and its config's user. Of an index
/// it takes the first image: simulated containers run on any architecture, and the user is the same.
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
        try
        {
            using var response = await GetAsync(mirror, repository, reference, cancellationToken);
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
            if (manifest.Array("manifests") is [JsonObject first, ..])
            {
                using var chosen = await GetAsync(mirror, repository, first.Text("digest")!, cancellationToken);
                chosen.EnsureSuccessStatusCode();
                manifest = JsonNode.Parse(await chosen.Content.ReadAsByteArrayAsync(cancellationToken)) as JsonObject;
            }

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

    private async Task<HttpResponseMessage> GetAsync(
        string mirror,
        string repository,
        string reference,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            $"http://{mirror}/v2/{repository}/manifests/{reference}"
        );
        foreach (var type in (string[])["image.manifest.v1", "image.index.v1"])
        {
            request.Headers.Accept.ParseAdd($"application/vnd.oci.{type}+json");
        }

        foreach (var type in (string[])["manifest.v2", "manifest.list.v2"])
        {
            request.Headers.Accept.ParseAdd($"application/vnd.docker.distribution.{type}+json");
        }

        return await http.SendAsync(request, cancellationToken);
    }
}
