using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Api.Contents;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Contents.Layers;

/// <summary>
/// Writes what the layers of an image hold into the log of the container that pushed it, and finds it there. That
/// container is the operator's own, and runs nothing of the image; its termination message is the image's digest.
/// </summary>
internal static class LayersLog
{
    /// <summary>Begins each line.</summary>
    private const string Mark = "gemma-layers ";

    /// <summary>Begins the line after them: how many they are, and the hash of their text.</summary>
    private const string EndMark = "gemma-layers-end ";

    /// <summary>Renders the lines.</summary>
    public static IEnumerable<string> Write(LayerFindings found, ImageDigest image)
    {
        var document = new JsonObject
        {
            ["v"] = 1,
            ["digest"] = image.ToString(),
            ["read"] = found.Read,
            ["unread"] = found.Unread,
            ["dpkg"] = found.Dpkg is { } dpkg ? Rows(dpkg) : null,
            ["python"] = Rows(found.Python),
        };
        var text = PackedLines.Pack(JsonSerializer.SerializeToUtf8Bytes(document));
        var lines = PackedLines.Cut(text);
        return
        [
            .. lines.Select(line => Mark + line),
            string.Create(CultureInfo.InvariantCulture, $"{EndMark}{lines.Count} {PackedLines.HashOf(text)}"),
        ];
    }

    /// <summary>Reads the end of a log; null where it doesn't tell of this image.</summary>
    public static LayerFindings? Read(string? log, ImageDigest image)
    {
        var end = (log ?? "")
            .Split('\n')
            .LastOrDefault(line => line.StartsWith(EndMark, StringComparison.Ordinal))
            ?.TrimEnd('\r')[EndMark.Length..]
            .Split(' ');
        return
            end is [var count, var hash]
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var lines)
            && PackedLines.Join(log!, Mark, lines, hash) is { } text
            && PackedLines.Unpack(text) is PackedLines.Unpacked.Done(var bytes)
            ? Parse(bytes, image)
            : null;
    }

    private static LayerFindings? Parse(byte[] bytes, ImageDigest image)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 8 });
            var root = json.RootElement;
            return
                root.GetProperty("v").GetInt32() != 1
                || PackageText.Of(root.GetProperty("digest")) != image.ToString()
                || Packages(PackageKind.Python, root.GetProperty("python")) is not { } python
                ? null
                : new LayerFindings(
                    Packages(PackageKind.Dpkg, root.GetProperty("dpkg")),
                    python,
                    root.GetProperty("read").GetInt32(),
                    root.GetProperty("unread").GetInt32()
                );
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static IReadOnlyList<Package>? Packages(PackageKind kind, JsonElement rows) =>
        rows.ValueKind != JsonValueKind.Array || rows.GetArrayLength() > PackageList.MostEntries
            ? null
            :
            [
                .. rows.EnumerateArray()
                    .Select(row =>
                        row.ValueKind == JsonValueKind.Array && row.GetArrayLength() == 3
                            ? PackageText.Package(
                                kind,
                                PackageText.Of(row[0]),
                                PackageText.Of(row[1]),
                                PackageText.Of(row[2])
                            )
                            : null
                    )
                    .OfType<Package>(),
            ];

    private static JsonArray Rows(IEnumerable<Package> packages) =>
        [.. packages.Select(p => (JsonNode)new JsonArray(p.Name, p.Version, p.Architecture))];
}
