using System.Text.Json.Nodes;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Manifests;

/// <summary>Holds a content descriptor: what it is, its digest and its size in bytes (OCI image spec).</summary>
internal sealed record Descriptor(string MediaType, ImageDigest Digest, long Size)
{
    public static Descriptor Parse(JsonNode? node, string what) =>
        node is JsonObject fields && ImageDigest.TryParse(RegistryJson.Text(fields["digest"]), out var digest, out _)
            ? new Descriptor(
                RegistryJson.Text(fields["mediaType"]) ?? "",
                digest,
                RegistryJson.Size(fields["size"], what)
            )
            : throw new RegistryException(RegistryError.Invalid, $"{what}: a descriptor has no valid digest");

    public JsonObject ToJson() =>
        new()
        {
            ["mediaType"] = MediaType,
            ["digest"] = Digest.ToString(),
            ["size"] = Size,
        };
}
