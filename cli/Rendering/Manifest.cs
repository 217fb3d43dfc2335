using System.Text.Json.Nodes;

namespace KubectlGemma.Rendering;

/// <summary>Holds what a manifest holds.</summary>
/// <param name="Path">Where it was read.</param>
/// <param name="Images">GemmaBaseImages as they were written, and where each begins.</param>
/// <param name="ConfigMaps">ConfigMaps as they were written.</param>
internal sealed record Manifest(
    string Path,
    IReadOnlyList<(JsonObject Json, long Line)> Images,
    IReadOnlyList<JsonObject> ConfigMaps
)
{
    /// <summary>Finds a text of a ConfigMap; says what is missing.</summary>
    public (string? Text, string? Problem) Find(string? ns, string name, string key)
    {
        var named = ConfigMaps.FirstOrDefault(c =>
            (string?)c["metadata"]?["name"] == name && ((string?)c["metadata"]?["namespace"] ?? ns) == ns
        );
        return named is null ? (null, $"ConfigMap {name} isn't in {Path}; add it as a document of its own")
            : named["data"]?[key] is JsonValue value && value.TryGetValue<string>(out var text) ? (text, null)
            : (null, $"ConfigMap {name} has no key {key}");
    }
}
