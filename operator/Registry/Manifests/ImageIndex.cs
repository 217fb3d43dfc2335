using System.Text;
using System.Text.Json.Nodes;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.References;

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

    /// <summary>
    /// Composes the index of images, each with its platform as in <c>linux/amd64</c>. It is of the same family as all
    /// of them are: Docker's clients take no OCI index of Docker's manifests, nor the other way round.
    /// </summary>
    public static ManifestContent Compose(IReadOnlyList<(string Platform, Descriptor Manifest)> images)
    {
        var type = images.All(i => i.Manifest.MediaType == MediaTypes.DockerManifest)
            ? MediaTypes.DockerIndex
            : MediaTypes.OciIndex;
        var entries = new JsonArray();
        foreach (var (platform, manifest) in images)
        {
            var (entry, parts) = (manifest.ToJson(), platform.Split('/'));
            entry["platform"] = new JsonObject { ["architecture"] = parts[1], ["os"] = parts[0] };
            entries.Add(entry);
        }

        var bytes = Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = type,
                ["manifests"] = entries,
            }.ToJsonString()
        );
        return new ManifestContent(type, ImageDigest.Of(bytes), bytes);
    }

    private static string? PlatformOf(JsonObject manifest) =>
        manifest["platform"] is JsonObject platform
            ? $"{RegistryJson.Text(platform["os"])}/{RegistryJson.Text(platform["architecture"])}"
            : null;
}
