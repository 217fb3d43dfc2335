using System.Text.Json.Nodes;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Client;

/// <summary>Reads the image that a reference means on one platform.</summary>
internal static class ImageReader
{
    /// <summary>Bounds labels: each becomes one of what is built upon it.</summary>
    private const int MostLabels = 1000;

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
        var image = new ImageContent(
            reference.Repository,
            new Descriptor(content.MediaType, content.Digest, content.Bytes.Length),
            manifest,
            config
        );
        if (image.Section["Labels"] is JsonObject { Count: > MostLabels } labels)
        {
            throw new RegistryException(
                RegistryError.Invalid,
                $"{what}: the config has {labels.Count} labels; at most {MostLabels} are read"
            );
        }

        return image.DiffIds.Count == manifest.Layers.Count
            ? image
            : throw new RegistryException(
                RegistryError.Invalid,
                $"{what}: the config names {image.DiffIds.Count} layers and the manifest "
                    + $"{manifest.Layers.Count}; it can't be built upon"
            );
    }
}
