using System.Text.Json.Nodes;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Client;

/// <summary>Holds one image of a registry, manifest and config read.</summary>
/// <param name="Repository">Where it is.</param>
/// <param name="Content">Digest and size of its manifest, whose bytes aren't kept: they may be many.</param>
/// <param name="Manifest">What the manifest says.</param>
/// <param name="Config">What the config says.</param>
internal sealed record ImageContent(
    ImageRepository Repository,
    Descriptor Content,
    ImageManifest Manifest,
    JsonObject Config
)
{
    /// <summary>Labels of the config; empty when it has none.</summary>
    public IReadOnlyDictionary<string, string> Labels =>
        Section["Labels"] is JsonObject labels
            ? labels
                .Where(l => RegistryJson.Text(l.Value) is not null)
                .ToDictionary(l => l.Key, l => RegistryJson.Text(l.Value)!, StringComparer.Ordinal)
            : new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Digests of the uncompressed layers, bottom first.</summary>
    public IReadOnlyList<string> DiffIds =>
        (Config["rootfs"] as JsonObject)?["diff_ids"] is JsonArray ids
            ? [.. ids.Select(id => RegistryJson.Text(id) ?? "")]
            : [];

    /// <summary>The config's <c>config</c> object: what a container is started with.</summary>
    public JsonObject Section => Config["config"] as JsonObject ?? [];

    /// <summary>User the image runs as; empty means root.</summary>
    public string User => RegistryJson.Text(Section["User"]) ?? "";

    /// <summary>Platform that the config names, as in <c>linux/amd64</c>; null where it names none.</summary>
    public string? Platform =>
        RegistryJson.Text(Config["os"]) is { Length: > 0 } os
        && RegistryJson.Text(Config["architecture"]) is { Length: > 0 } architecture
            ? $"{os}/{architecture}"
            : null;

    /// <summary>Size in the registry, in bytes: manifest, config and layers.</summary>
    public long Size => Content.Size + Manifest.Size;
}
