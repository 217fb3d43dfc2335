using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Manifests;

/// <summary>Describes something that is attached to an image: a manifest with a subject (OCI image spec 1.1).</summary>
/// <param name="ArtifactType">What it is.</param>
/// <param name="Subject">Digest of the image; null where it names none.</param>
/// <param name="Content">Its one layer.</param>
internal sealed record ReferrerManifest(string ArtifactType, ImageDigest? Subject, Descriptor Content)
{
    private const string EmptyType = "application/vnd.oci.empty.v1+json";

    /// <summary>Gets what stands for no config (OCI image spec, guidance for an empty descriptor).</summary>
    public static byte[] EmptyConfig { get; } = "{}"u8.ToArray();

    /// <summary>Gets the descriptor of <see cref="EmptyConfig"/>.</summary>
    public static Descriptor EmptyDescriptor { get; } = new(EmptyType, ImageDigest.Of(EmptyConfig), EmptyConfig.Length);

    /// <summary>Composes the manifest; the same arguments give the same bytes.</summary>
    /// <param name="subject">The image's manifest.</param>
    /// <param name="content">What is attached; its media type is the artifact's.</param>
    /// <param name="annotations">What the manifest says of itself.</param>
    public static ManifestContent Compose(
        Descriptor subject,
        Descriptor content,
        IEnumerable<KeyValuePair<string, string>> annotations
    )
    {
        var json = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.OciManifest,
            ["artifactType"] = content.MediaType,
            ["config"] = EmptyDescriptor.ToJson(),
            ["layers"] = new JsonArray(content.ToJson()),
            ["subject"] = subject.ToJson(),
            ["annotations"] = AnnotationsOf(annotations),
        };
        var bytes = JsonSerializer.SerializeToUtf8Bytes(json);
        return new ManifestContent(MediaTypes.OciManifest, ImageDigest.Of(bytes), bytes);
    }

    /// <summary>Reads a manifest; null where it isn't one with a single layer.</summary>
    public static ReferrerManifest? Parse(ManifestContent manifest, string what)
    {
        if (MediaTypes.IsIndex(manifest.MediaType))
        {
            return null;
        }

        var json = RegistryJson.Object(manifest.Bytes, what);
        return json["layers"] is JsonArray { Count: 1 } layers
            ? new ReferrerManifest(
                RegistryJson.Text(json["artifactType"]) ?? "",
                json["subject"] is { } subject ? Descriptor.Parse(subject, what).Digest : null,
                Descriptor.Parse(layers[0], what)
            )
            : null;
    }

    /// <summary>Renders annotations, sorted.</summary>
    public static JsonObject AnnotationsOf(IEnumerable<KeyValuePair<string, string>> annotations)
    {
        var json = new JsonObject();
        foreach (var (key, value) in annotations.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            json[key] = value;
        }

        return json;
    }
}
