using System.Security.Cryptography;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Staging;

/// <summary>Writes one blob to a file and hashes it on the way, so that it isn't read again to be believed.</summary>
internal sealed class StagedUpload(string path) : IAsyncDisposable
{
    private const int BufferBytes = 128 << 10;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly FileStream _file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes);

    /// <summary>Appends the content and returns the length in bytes of all so far.</summary>
    public async Task<long> AppendAsync(Stream content, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            _hash.AppendData(buffer.AsSpan(0, read));
            await _file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return _file.Length;
    }

    /// <summary>Gives the file its name; false, and it is gone, when it isn't what the digest says.</summary>
    public async Task<bool> MoveAsync(ImageDigest digest, string name)
    {
        await _file.DisposeAsync();
        if (
            digest.Algorithm != "sha256"
            || !Convert.ToHexStringLower(_hash.GetHashAndReset()).Equals(digest.Hex, StringComparison.Ordinal)
        )
        {
            return false;
        }

        File.Move(path, name, overwrite: true);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        _hash.Dispose();
        File.Delete(path);
    }
}
