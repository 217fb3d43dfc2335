using System.Text.Json;

namespace KubectlGemma.Cluster;

/// <summary>Holds one page of a list.</summary>
/// <param name="Items">Its objects.</param>
/// <param name="Next">What asks for the page after it; null: it is the last.</param>
/// <param name="Version">The version to watch from.</param>
internal sealed record ListPage(IReadOnlyList<JsonElement> Items, string? Next, string Version)
{
    /// <summary>
    /// Takes an answer apart, which is never disposed of: its objects are shown at the end of a short life.
    /// </summary>
    /// <exception cref="JsonException">It is no list.</exception>
    public static ListPage Of(JsonDocument answer)
    {
        var page = answer.RootElement;
        return
            page.ValueKind == JsonValueKind.Object
            && page.TryGetProperty("items", out var items)
            && items.ValueKind is JsonValueKind.Array or JsonValueKind.Null
            && page.TryGetProperty("metadata", out var metadata)
            && metadata.ValueKind == JsonValueKind.Object
            ? new ListPage(
                items.ValueKind == JsonValueKind.Array ? [.. items.EnumerateArray()] : [],
                Text(metadata, "continue") is { Length: > 0 } more ? more : null,
                Text(metadata, "resourceVersion") ?? ""
            )
            : throw new JsonException("it is no list");
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
