using System.Text.Json;

namespace GemmaInference.Fetch.Files;

/// <summary>
/// Reads and writes <c>.gemma-model.json</c>, which lies in a directory whose model is whole and says which it is.
/// </summary>
internal sealed record ModelMarker(ModelIdentity Identity, IReadOnlyList<FetchedFile> Files)
{
    public const string FileName = RelativePath.OwnPrefix + "model.json";

    public long Bytes => Files.Sum(file => file.Size);

    /// <summary>Returns what a directory says of itself; null where it says nothing that can be understood.</summary>
    public static ModelMarker? Read(string directory) => ReadFile(Path.Combine(directory, FileName));

    /// <summary>Returns what <see cref="WriteFile"/> wrote; null where it can't be understood.</summary>
    public static ModelMarker? ReadFile(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = document.RootElement;
            var files = root.GetProperty("files")
                .EnumerateArray()
                .Select(file => new FetchedFile(
                    RelativePath.TryParse(file.GetProperty("path").GetString()!, out _)!,
                    file.GetProperty("size").GetInt64(),
                    file.GetProperty("sha256").GetString()!
                ))
                .ToList();
            return files.Exists(file => file.Path is null)
                ? null
                : new ModelMarker(
                    new ModelIdentity(
                        root.GetProperty("source").GetString()!,
                        Text(root, "revision"),
                        Text(root, "digest"),
                        Text(root, "include") ?? ""
                    ),
                    files
                );
        }
        catch (Exception cause)
            when (cause is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Writes it, down to the disk.</summary>
    public void Write(string directory) => WriteFile(Path.Combine(directory, FileName));

    /// <summary>Writes it under another name.</summary>
    public void WriteFile(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write);
        using (var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("source", Identity.Source);
            Optional(json, "revision", Identity.Revision);
            Optional(json, "digest", Identity.Digest);
            Optional(json, "include", Identity.Include.Length > 0 ? Identity.Include : null);
            json.WriteStartArray("files");
            foreach (var item in Files)
            {
                json.WriteStartObject();
                json.WriteString("path", item.Path.Value);
                json.WriteNumber("size", item.Size);
                json.WriteString("sha256", item.Sha256);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        file.Flush(flushToDisk: true);
    }

    /// <summary>Tells whether each file is still there in its size.</summary>
    public bool IsWhole(string directory) =>
        Files.All(file =>
            new FileInfo(file.Path.Below(directory)) is { Exists: true } there && there.Length == file.Size
        );

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static void Optional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
