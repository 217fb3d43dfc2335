using System.Text.Json;
using GemmaOperator.Text;

namespace GemmaOperator.Hub;

/// <summary>Understands what a hub answers (the Hub API of huggingface.co).</summary>
internal static class HubAnswer
{
    private const int MostFiles = 20_000;
    private const int LongestType = 64;
    private const int LongestPath = 1024;

    /// <summary>Reads <c>{"sha": …, "siblings": [{"rfilename", "size", "lfs": {"sha256", "size"}}]}</c>.</summary>
    /// <exception cref="HubException">It is something else.</exception>
    public static (HubCommit Commit, IReadOnlyList<HubFile> Files) Revision(byte[] body, string what) =>
        Read(body, what, root => Revision(root, what));

    /// <summary>Reads the <c>model_type</c> of a config.json; empty when it has none that could be one.</summary>
    /// <exception cref="HubException">It is no JSON.</exception>
    public static string ModelType(byte[] body, string what) => Read(body, what, ModelType);

    private static (HubCommit Commit, IReadOnlyList<HubFile> Files) Revision(JsonElement root, string what)
    {
        if (
            root.ValueKind != JsonValueKind.Object
            || !HubCommit.TryParse(Text(root, "sha"), out var commit)
            || !root.TryGetProperty("siblings", out var siblings)
            || siblings.ValueKind != JsonValueKind.Array
            || siblings.GetArrayLength() > MostFiles
        )
        {
            throw Malformed(what, "it names no commit with its files");
        }

        return (commit, [.. siblings.EnumerateArray().Select(File).OfType<HubFile>()]);
    }

    private static string ModelType(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object
        && Text(root, "model_type") is { Length: <= LongestType } type
        && type.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')
            ? type
            : "";

    private static HubFile? File(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object
        && Text(entry, "rfilename") is { Length: > 0 and <= LongestPath } path
        && !UntrustedText.HasControl(path)
            ? new HubFile(path, Size(entry) ?? Size(Lfs(entry)), Text(Lfs(entry), "sha256"))
            : null;

    private static JsonElement Lfs(JsonElement entry) =>
        entry.TryGetProperty("lfs", out var lfs) && lfs.ValueKind == JsonValueKind.Object ? lfs : default;

    private static long? Size(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object
        && entry.TryGetProperty("size", out var size)
        && size.ValueKind == JsonValueKind.Number
        && size.TryGetInt64(out var bytes)
        && bytes >= 0
            ? bytes
            : null;

    private static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object
        && of.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>Text that can't be read is found out only where it is asked for.</summary>
    private static T Read<T>(byte[] body, string what, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new HubException(HubError.Malformed, $"{what}: the answer is no JSON", e);
        }
    }

    private static HubException Malformed(string what, string why) =>
        new(HubError.Malformed, $"{what}: the answer isn't a hub's: {why}");
}
