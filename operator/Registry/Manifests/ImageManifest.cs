using System.Text.Json.Nodes;
using GemmaOperator.Registry.Answers;

namespace GemmaOperator.Registry.Manifests;

/// <summary>Holds a manifest of one image: its config and its layers, bottom first.</summary>
internal sealed record ImageManifest(string MediaType, Descriptor Config, IReadOnlyList<Descriptor> Layers)
{
    /// <summary>Compressed size in bytes: config and layers.</summary>
    public long Size => Config.Size + Layers.Sum(l => l.Size);

    /// <summary>Bounds layers: file systems stack some hundreds.</summary>
    private const int MostLayers = 1000;

    public static ImageManifest Parse(ManifestContent content, string what)
    {
        var json = RegistryJson.Object(content.Bytes, what);
        if (json["layers"] is not JsonArray layers)
        {
            throw new RegistryException(
                RegistryError.Invalid,
                $"{what}: the manifest ({RegistryWords.Said(content.MediaType)}) has no layers; is it an image?"
            );
        }

        if (layers.Count > MostLayers)
        {
            throw new RegistryException(
                RegistryError.Invalid,
                $"{what}: the manifest names {layers.Count} layers; at most {MostLayers} are read"
            );
        }

        return new ImageManifest(
            content.MediaType,
            Descriptor.Parse(json["config"], what),
            [.. layers.Select(l => Descriptor.Parse(l, what))]
        );
    }
}
