using System.Text.Json;

namespace GemmaOperator.Builds.Contents;

/// <summary>
/// Holds what a candidate's report says of the list in its log: how many entries and lines, and their hash. It is what
/// tells whether the log that is read is the one that was written.
/// </summary>
/// <param name="Entries">Entries of the list.</param>
/// <param name="Lines">Lines that it takes in the log; null when it wasn't written.</param>
/// <param name="Hash">Hash of the lines' text, as in <c>sha256:…</c>; null when it wasn't written.</param>
internal sealed record ContentsAnchor(long Entries, int? Lines, string? Hash)
{
    /// <summary>Reads a termination message; null where it says nothing of a list, or isn't readable.</summary>
    public static ContentsAnchor? Read(string? message)
    {
        try
        {
            using var json = JsonDocument.Parse(message ?? "", new JsonDocumentOptions { MaxDepth = 8 });
            return
                json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("contents", out var said)
                && said.ValueKind == JsonValueKind.Object
                && said.TryGetProperty("count", out var count)
                && count.TryGetInt64(out var entries)
                ? new ContentsAnchor(entries, LinesOf(said), HashOf(said))
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static int? LinesOf(JsonElement said) =>
        said.TryGetProperty("lines", out var lines) && lines.TryGetInt32(out var number) && number > 0 ? number : null;

    private static string? HashOf(JsonElement said) =>
        said.TryGetProperty("hash", out var hash) && hash.ValueKind == JsonValueKind.String ? hash.GetString() : null;
}
