using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Push;

/// <summary>
/// Reads an OCI archive (image layout in a tar, gzipped or not) with one image. Layers are read from the file when they
/// are asked for; none is held in memory.
/// </summary>
internal sealed class ImageArchive : IAsyncDisposable
{
    private const int MostBytes = 4 << 20;

    private readonly string _path;
    private readonly List<IAsyncDisposable> _open = [];

    private ImageArchive(string path, ManifestContent content, ImageManifest manifest) =>
        (_path, Content, Manifest) = (path, content, manifest);

    public ManifestContent Content { get; }

    public ImageManifest Manifest { get; }

    /// <exception cref="FormatException">It isn't such an archive; the message says what is wrong.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static async Task<ImageArchive> OpenAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var index =
                await ReadAsync(path, "index.json", cancellationToken)
                ?? throw new FormatException(
                    await ReadAsync(path, "manifest.json", cancellationToken) is null
                        ? "it holds no index.json: it isn't an OCI archive"
                        : "it is a Docker archive, not OCI's: 'skopeo copy docker-archive:… oci-archive:…' makes one"
                );
            var named = RegistryJson.Object(index, "index.json")["manifests"] as JsonArray ?? [];
            var descriptor = Descriptor.Parse(
                named.Count == 1 ? named[0] : throw new FormatException($"it holds {named.Count} images, not one"),
                "index.json"
            );
            if (MediaTypes.IsIndex(descriptor.MediaType))
            {
                throw new FormatException("it holds an image for several platforms; push one archive for each");
            }

            var bytes =
                await ReadAsync(path, Entry(descriptor.Digest), cancellationToken)
                ?? throw new FormatException($"it lacks its manifest, {descriptor.Digest}");
            if (!descriptor.Digest.Matches(bytes))
            {
                throw new FormatException($"its manifest isn't what its digest says, {descriptor.Digest}");
            }

            var content = new ManifestContent(descriptor.MediaType, descriptor.Digest, bytes);
            return new ImageArchive(path, content, ImageManifest.Parse(content, "the archive's manifest"));
        }
        catch (Exception e) when (e is RegistryException or InvalidDataException)
        {
            throw new FormatException(e.Message, e);
        }
    }

    /// <summary>Opens a blob from its start; null when the archive doesn't hold it.</summary>
    public async Task<Stream?> OpenBlobAsync(ImageDigest digest, CancellationToken cancellationToken)
    {
        var reader = Tar(_path);
        _open.Add(reader);
        return (await FindAsync(reader, Entry(digest), cancellationToken))?.DataStream;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var reader in _open)
        {
            await reader.DisposeAsync();
        }
    }

    private static string Entry(ImageDigest digest) => $"blobs/{digest.Algorithm}/{digest.Hex}";

    private static async Task<byte[]?> ReadAsync(string path, string name, CancellationToken cancellationToken)
    {
        await using var reader = Tar(path);
        if (await FindAsync(reader, name, cancellationToken) is not { DataStream: { } data } entry)
        {
            return null;
        }

        if (entry.Length > MostBytes)
        {
            throw new FormatException($"{name} has {entry.Length} bytes, more than any image's");
        }

        using var bytes = new MemoryStream();
        await data.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
    }

    private static async Task<TarEntry?> FindAsync(TarReader reader, string name, CancellationToken cancellationToken)
    {
        while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            if ((entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name) == name)
            {
                return entry;
            }
        }

        return null;
    }

    private static TarReader Tar(string path)
    {
        var file = File.OpenRead(path);
        var isGzip = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        return new TarReader(isGzip ? new GZipStream(file, CompressionMode.Decompress) : file);
    }
}
