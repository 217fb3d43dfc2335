using System.Text.Json;
using GemmaInference.Fetch.Download;
using GemmaInference.Fetch.Failures;

namespace GemmaInference.Fetch.Oci;

/// <summary>Describes a layer of a manifest.</summary>
internal sealed record OciLayer(string MediaType, ContentHash Hash, long Size, string? Title, bool Unpack)
{
    public string Digest => $"sha256:{Hash.Hex}";
}

/// <summary>Holds what a manifest or an index of images says (OCI image specification 1.1, Docker schema 2).</summary>
/// <param name="Layers">In the order in which they are laid over each other; empty for an index.</param>
/// <param name="Chosen">The digest of an index's image for this machine; null for a manifest.</param>
internal sealed record OciManifest(IReadOnlyList<OciLayer> Layers, string? Chosen)
{
    /// <summary>Bounds a manifest, in bytes, as registries do.</summary>
    public const int MaxBytes = 4 << 20;

    private const string TitleAnnotation = "org.opencontainers.image.title";
    private const string PathAnnotation = "org.cncf.model.filepath";
    private const string UnpackAnnotation = "io.deis.oras.content.unpack";
    private const int MaxLayers = 2000;

    /// <exception cref="FetchException">It isn't one.</exception>
    public static OciManifest Parse(ReadOnlyMemory<byte> json, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.TryGetProperty("manifests", out var images))
            {
                return new OciManifest([], Choose(images, name));
            }

            var layers = root.GetProperty("layers");
            return layers.GetArrayLength() <= MaxLayers
                ? new OciManifest([.. layers.EnumerateArray().Select(layer => Layer(layer, name))], Chosen: null)
                : throw Wrong(name, $"it has more than {MaxLayers} layers");
        }
        catch (Exception cause)
            when (cause is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Wrong(name, cause.Message);
        }
    }

    private static string Choose(JsonElement images, string name)
    {
        var all = images.EnumerateArray().ToList();
        var fitting = all.FirstOrDefault(image =>
            image.TryGetProperty("platform", out var platform)
            && Text(platform, "os") == "linux"
            && Text(platform, "architecture") == "amd64"
        );
        var chosen =
            fitting.ValueKind == JsonValueKind.Object ? fitting
            : all.Count == 1 ? all[0]
            : throw Wrong(name, "its index holds no image for linux/amd64");
        return $"sha256:{HashOf(chosen, name).Hex}";
    }

    private static OciLayer Layer(JsonElement layer, string name)
    {
        var notes =
            layer.TryGetProperty("annotations", out var all) && all.ValueKind == JsonValueKind.Object ? all : default;
        var size = layer.GetProperty("size").GetInt64();
        return new OciLayer(
            layer.GetProperty("mediaType").GetString() ?? "",
            HashOf(layer, name),
            size >= 0 ? size : throw Wrong(name, "a layer has a negative size"),
            Text(notes, PathAnnotation) ?? Text(notes, TitleAnnotation),
            Text(notes, UnpackAnnotation) == "true"
        );
    }

    private static ContentHash HashOf(JsonElement descriptor, string name)
    {
        const string Prefix = "sha256:";
        var digest = descriptor.GetProperty("digest").GetString() ?? "";
        return
            digest.StartsWith(Prefix, StringComparison.Ordinal)
            && ContentHash.Sha256(digest[Prefix.Length..]) is { } hash
            ? hash
            : throw Wrong(name, "it names something by another digest than sha256");
    }

    private static string? Text(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static FetchException Wrong(string name, string why) =>
        new(FetchReason.UnsupportedModel, $"{name} is no image or artefact with files: {why}");
}
