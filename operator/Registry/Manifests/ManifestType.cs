using System.Text.Json.Nodes;
using GemmaOperator.Registry.Answers;

namespace GemmaOperator.Registry.Manifests;

/// <summary>
/// Tells the media type of a manifest from its content, for registries and proxies that send JSON under another name.
/// </summary>
internal static class ManifestType
{
    /// <summary>
    /// Returns the type that it says of itself, or else what its fields are those of; null for neither.
    /// </summary>
    public static string? Of(ReadOnlySpan<byte> bytes)
    {
        JsonObject? json;
        try
        {
            json = RegistryJson.Object(bytes, "");
        }
        catch (RegistryException)
        {
            return null;
        }

        return (RegistryJson.Text(json["mediaType"]), json["schemaVersion"]) switch
        {
            ({ } said, _) => MediaTypes.Manifests.Contains(said, StringComparer.Ordinal) ? said : null,
            (null, JsonValue version) when version.TryGetValue<int>(out var two) && two == 2 => json switch
            {
                _ when json["manifests"] is JsonArray => MediaTypes.OciIndex,
                _ when json["config"] is JsonObject && json["layers"] is JsonArray => MediaTypes.OciManifest,
                _ => null,
            },
            _ => null,
        };
    }
}
