using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Client;

/// <summary>Reads the image that a reference means on one platform.</summary>
internal static class ImageReader
{
    public static async Task<ImageContent> ReadAsync(
        RegistryClient client,
        ImageReference reference,
        string platform,
        CancellationToken cancellationToken
    )
    {
        var content = await client.GetManifestAsync(reference, cancellationToken);
        return await ReadAsync(client, reference, content, platform, cancellationToken);
    }

    /// <summary>Reads the rest of an image whose manifest or index is known.</summary>
    public static async Task<ImageContent> ReadAsync(
        RegistryClient client,
        ImageReference reference,
        ManifestContent content,
        string platform,
        CancellationToken cancellationToken
    )
    {
        var what = reference.ToString();
        if (MediaTypes.IsIndex(content.MediaType))
        {
            var chosen = ImageIndex.Select(content, platform, what);
            content = await client.GetManifestAsync(reference.WithDigest(chosen.Digest), cancellationToken);
        }

        var manifest = ImageManifest.Parse(content, what);
        var config = RegistryJson.Object(
            await client.GetBlobAsync(reference.Repository, manifest.Config, cancellationToken),
            $"{what}: config"
        );
        var image = new ImageContent(reference.Repository, content, manifest, config);
        return image.DiffIds.Count == manifest.Layers.Count
            ? image
            : throw new RegistryException(
                RegistryError.Invalid,
                $"{what}: the config names {image.DiffIds.Count} layers and the manifest "
                    + $"{manifest.Layers.Count}; it can't be built upon"
            );
    }
}
