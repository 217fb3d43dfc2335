using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace LocalCluster.Images;

/// <summary>Keeps blobs in files of a temporary folder, by digest, and which repository knows which.</summary>
internal sealed class BlobStore : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("localcluster-registry-").FullName;
    private readonly ConcurrentDictionary<(string Repository, string Digest), byte> _known = new();

    public bool Has(string repository, string digest) => _known.ContainsKey((repository, digest));

    public string PathOf(string digest) => Path.Combine(_folder, digest.Replace(':', '-'));

    /// <summary>Opens an upload; the id names its file.</summary>
    public string StartUpload()
    {
        var id = Guid.NewGuid().ToString("N");
        File.Create(UploadPath(id)).Dispose();
        return id;
    }

    public bool HasUpload(string id) => id.All(char.IsAsciiHexDigitLower) && File.Exists(UploadPath(id));

    /// <summary>Appends; returns the length so far.</summary>
    public async Task<long> AppendAsync(string id, Stream content, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(UploadPath(id), FileMode.Append);
        await content.CopyToAsync(file, cancellationToken);
        return file.Length;
    }

    /// <summary>Forgets an upload; false when there is none.</summary>
    public bool GiveUp(string id)
    {
        if (!HasUpload(id))
        {
            return false;
        }

        File.Delete(UploadPath(id));
        return true;
    }

    /// <summary>Ends an upload; false when the content isn't what the digest says.</summary>
    public async Task<bool> FinishAsync(
        string id,
        string repository,
        string digest,
        CancellationToken cancellationToken
    )
    {
        string found;
        await using (var file = File.OpenRead(UploadPath(id)))
        {
            found = "sha256:" + Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
        }

        if (found != digest)
        {
            File.Delete(UploadPath(id));
            return false;
        }

        File.Move(UploadPath(id), PathOf(digest), overwrite: true);
        _known[(repository, digest)] = 0;
        return true;
    }

    /// <summary>Makes a blob of one repository known in another; false when the first doesn't know it.</summary>
    public bool Mount(string from, string repository, string digest)
    {
        if (!Has(from, digest))
        {
            return false;
        }

        _known[(repository, digest)] = 0;
        return true;
    }

    public bool Forget(string repository, string digest) => _known.TryRemove((repository, digest), out _);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string UploadPath(string id) => Path.Combine(_folder, "upload-" + id);
}
