using System.Text.Json;
using GemmaInference.Fetch.Download;
using GemmaInference.Fetch.Failures;
using GemmaInference.Fetch.Files;

namespace GemmaInference.Fetch.Hub;

/// <summary>Describes a file as a hub lists it.</summary>
/// <param name="Size">Null where the hub doesn't say.</param>
/// <param name="Hash">Null where the hub doesn't say.</param>
internal sealed record HubEntry(RelativePath Path, long? Size, ContentHash? Hash);

/// <summary>Holds what a hub says of a revision: its commit and its files.</summary>
internal sealed record HubListing(string Commit, IReadOnlyList<HubEntry> Entries)
{
    /// <summary>Bounds the answer, in bytes.</summary>
    public const int MaxBytes = 32 << 20;

    private const int MaxEntries = 20_000;

    /// <summary>Parses the answer of <c>/api/models/…/revision/…?blobs=true</c>.</summary>
    /// <param name="json">The answer.</param>
    /// <param name="host">Who answered, for messages.</param>
    /// <exception cref="FetchException">It isn't one, or a file's name is hostile.</exception>
    public static HubListing Parse(ReadOnlyMemory<byte> json, string host)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var commit = root.GetProperty("sha").GetString() ?? "";
            if (!HubReference.IsCommit(commit))
            {
                throw new FetchException(FetchReason.Unavailable, $"{host} names no commit; is it a hub?")
                {
                    Retry = false,
                };
            }

            var siblings = root.GetProperty("siblings");
            if (siblings.GetArrayLength() > MaxEntries)
            {
                throw new FetchException(FetchReason.Refused, $"{host} lists more than {MaxEntries} files");
            }

            return new HubListing(commit, [.. siblings.EnumerateArray().Select(Entry)]);
        }
        catch (Exception cause)
            when (cause is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new FetchException(
                FetchReason.Unavailable,
                $"{host} didn't answer as a hub does: {cause.Message}",
                cause
            )
            {
                Retry = false,
            };
        }
    }

    public HubEntry? Find(string path) => Entries.FirstOrDefault(entry => entry.Path.Value == path);

    private static HubEntry Entry(JsonElement item)
    {
        var name = item.GetProperty("rfilename").GetString() ?? "";
        var path =
            RelativePath.TryParse(name, out var trouble)
            ?? throw new FetchException(FetchReason.Refused, $"the repository holds a file '{name}': {trouble}");
        long? size = item.TryGetProperty("size", out var bytes) && bytes.TryGetInt64(out var number) ? number : null;
        if (size < 0)
        {
            throw new FetchException(FetchReason.Refused, $"the repository holds a file '{name}' of {size} bytes");
        }

        var hash =
            item.TryGetProperty("lfs", out var lfs) && lfs.ValueKind == JsonValueKind.Object
                ? ContentHash.Sha256(Text(lfs, "sha256") ?? Text(lfs, "oid"))
                : ContentHash.GitBlob(Text(item, "blobId"));
        return new HubEntry(path, size, hash);
    }

    private static string? Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
