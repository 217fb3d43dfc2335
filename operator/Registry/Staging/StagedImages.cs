using System.Collections.Concurrent;
using System.Text;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Staging;

/// <summary>
/// Keeps what a build wrote in a folder: blobs by digest, manifests by repository and tag. A file has its name once it
/// is whole and its content is what its digest says; what a process left behind half-written is never read.
/// <code>
///   uploads/ID            on its way
///   blobs/HEX             sha256
///   manifests/NAME/TAG    media type, line feed, manifest
/// </code>
/// </summary>
internal sealed class StagedImages
{
    /// <summary>Bounds manifests: a build has some dozen steps, each of which is cached.</summary>
    private const int MostManifests = 1000;

    /// <summary>Bounds uploads at once: each has an open file.</summary>
    private const int MostUploads = 64;

    private readonly string _folder;
    private readonly ConcurrentDictionary<Guid, StagedUpload> _uploads = new();

    public StagedImages(string folder)
    {
        _folder = folder;
        foreach (var below in (string[])["uploads", "blobs", "manifests"])
        {
            Directory.CreateDirectory(Path.Combine(folder, below));
        }
    }

    public bool Has(ImageDigest digest) => File.Exists(Blob(digest));

    /// <summary>Returns the size in bytes of a blob that is there.</summary>
    public long SizeOf(ImageDigest digest) => new FileInfo(Blob(digest)).Length;

    public Stream Open(ImageDigest digest) => File.OpenRead(Blob(digest));

    /// <summary>Begins an upload; null while too many are on their way.</summary>
    public Guid? Begin()
    {
        if (_uploads.Count >= MostUploads)
        {
            return null;
        }

        var id = Guid.NewGuid();
        _uploads[id] = new StagedUpload(Path.Combine(_folder, "uploads", id.ToString("N")));
        return id;
    }

    /// <summary>Appends to an upload and returns its length in bytes; null when it isn't known.</summary>
    public async Task<long?> AppendAsync(Guid id, Stream content, CancellationToken cancellationToken) =>
        _uploads.TryGetValue(id, out var upload) ? await upload.AppendAsync(content, cancellationToken) : null;

    /// <summary>Ends an upload; false when it isn't known, or its content isn't what the digest says.</summary>
    public async Task<bool> FinishAsync(Guid id, ImageDigest digest)
    {
        if (!_uploads.TryRemove(id, out var upload))
        {
            return false;
        }

        await using (upload)
        {
            return await upload.MoveAsync(digest, Blob(digest));
        }
    }

    public async Task AbandonAsync(Guid id)
    {
        if (_uploads.TryRemove(id, out var upload))
        {
            await upload.DisposeAsync();
        }
    }

    /// <summary>Keeps a manifest under its name, in place of an older one; false when there are too many.</summary>
    public async Task<bool> PutAsync(
        string repository,
        ImageTag tag,
        ManifestContent manifest,
        CancellationToken cancellationToken
    )
    {
        var folder = Manifests(repository);
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, tag.ToString());
        if (!File.Exists(path) && Directory.EnumerateFiles(folder).Take(MostManifests).Count() == MostManifests)
        {
            return false;
        }

        var draft = Path.Combine(_folder, "uploads", Guid.NewGuid().ToString("N"));
        await File.WriteAllBytesAsync(
            draft,
            [.. Encoding.ASCII.GetBytes(manifest.MediaType + "\n"), .. manifest.Bytes],
            cancellationToken
        );
        File.Move(draft, path, overwrite: true);
        return true;
    }

    /// <summary>Returns what was put under a name; null when nothing was.</summary>
    public async Task<ManifestContent?> FindAsync(string repository, ImageTag tag, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Manifests(repository), tag.ToString());
        if (!File.Exists(path))
        {
            return null;
        }

        var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        var line = Array.IndexOf(bytes, (byte)'\n');
        var manifest = bytes[(line + 1)..];
        return new ManifestContent(Encoding.ASCII.GetString(bytes, 0, line), ImageDigest.Of(manifest), manifest);
    }

    /// <summary>Lists the tags of a repository in which something was put.</summary>
    public IReadOnlyList<ImageTag> Tags(string repository) =>
        !Directory.Exists(Manifests(repository))
            ? []
            :
            [
                .. Directory
                    .EnumerateFiles(Manifests(repository))
                    .Order(StringComparer.Ordinal)
                    .Select(path => ImageTag.TryParse(Path.GetFileName(path), out var tag, out _) ? tag : null)
                    .OfType<ImageTag>(),
            ];

    private string Manifests(string repository) => Path.Combine(_folder, "manifests", repository);

    /// <summary>A digest's digits are all that its type lets in, so that they are a file's name.</summary>
    private string Blob(ImageDigest digest) => Path.Combine(_folder, "blobs", digest.Hex);
}
