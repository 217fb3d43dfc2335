using System.Text.Json.Nodes;
using GemmaOperator.Registry.Answers;

namespace GemmaOperator.Registry.Manifests;

/// <summary>Reads a manifest list: one image for each platform.</summary>
internal static class ImageIndex
{
    /// <summary>Bounds an index: one image for each platform, and what is said of each.</summary>
    private const int MostImages = 1000;

    /// <summary>Returns the image for a platform such as <c>linux/amd64</c>.</summary>
    public static Descriptor Select(ManifestContent index, string platform, string what)
    {
        var manifests =
            RegistryJson.Object(index.Bytes, what)["manifests"] as JsonArray
            ?? throw new RegistryException(RegistryError.Invalid, $"{what}: the index has no manifests");
        if (manifests.Count > MostImages)
        {
            throw new RegistryException(
                RegistryError.Invalid,
                $"{what}: the index names {manifests.Count} images; at most {MostImages} are read"
            );
        }

        var offered = manifests
            .OfType<JsonObject>()
            .Select(m => (Platform: PlatformOf(m), Json: m))
            .Where(m => m.Platform is not null && m.Platform != "unknown/unknown")
            .ToList();
        var match = offered.Find(m => m.Platform == platform);
        return match.Json is { } json
            ? Descriptor.Parse(json, what)
            : throw new RegistryException(
                RegistryError.NotFound,
                $"{what}: there is no image for {platform}; there are: "
                    + RegistryWords.Said(string.Join(", ", offered.Select(m => m.Platform).Take(10)))
            );
    }

    private static string? PlatformOf(JsonObject manifest) =>
        manifest["platform"] is JsonObject platform
            ? $"{RegistryJson.Text(platform["os"])}/{RegistryJson.Text(platform["architecture"])}"
            : null;
}
