using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace StandIns.Hub;

/// <summary>
/// Holds a file of the hub's stand-in: from memory, or computed from its position, so that gigabytes take no room.
/// Large files are stored elsewhere and known by SHA-256, small ones by git's name, as the hub does.
/// </summary>
public sealed class HubFile
{
    private readonly byte[]? _bytes;
    private readonly Lazy<(string Sha256, string Git)> _hashes;

    private HubFile(string path, long size, byte[]? bytes, bool isLarge)
    {
        (Path, Size, _bytes, IsLarge) = (path, size, bytes, isLarge);
        _hashes = new Lazy<(string, string)>(Hash);
    }

    /// <summary>Gets its name in the repository.</summary>
    public string Path { get; }

    /// <summary>Gets its length in bytes.</summary>
    public long Size { get; }

    /// <summary>Gets whether it is stored elsewhere, by redirect.</summary>
    public bool IsLarge { get; }

    /// <summary>Gets what it hashes to.</summary>
    public string Sha256 => _hashes.Value.Sha256;

    /// <summary>Gets git's SHA-1 of it as a blob.</summary>
    public string GitBlob => _hashes.Value.Git;

    /// <summary>Makes one from memory.</summary>
    /// <param name="path">Its name in the repository.</param>
    /// <param name="bytes">Its content.</param>
    /// <param name="isLarge">Null: safetensors and tokenizers are.</param>
    public static HubFile Of(string path, byte[] bytes, bool? isLarge = null)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return new HubFile(
            path,
            bytes.Length,
            bytes,
            isLarge ?? System.IO.Path.GetExtension(path) is ".safetensors" or ".model"
        );
    }

    /// <summary>Makes a large one whose content follows from its position alone.</summary>
    public static HubFile Generated(string path, long size) => new(path, size, bytes: null, isLarge: true);

    /// <summary>Fills a buffer with what stands at a position.</summary>
    public void Read(long at, Span<byte> buffer)
    {
        if (_bytes is not null)
        {
            _bytes.AsSpan((int)at, buffer.Length).CopyTo(buffer);
            return;
        }

        // Blocks that name their own place: whatever is swapped, doubled or lost changes the hash.
        const int Block = 4096;
        Span<byte> name = stackalloc byte[8];
        while (buffer.Length > 0)
        {
            var within = (int)(at % Block);
            var part = buffer[..Math.Min(buffer.Length, Block - within)];
            part.Fill((byte)(at / Block));
            BinaryPrimitives.WriteInt64LittleEndian(name, at / Block);
            if (within < 8)
            {
                name[within..Math.Min(8, within + part.Length)].CopyTo(part);
            }

            at += part.Length;
            buffer = buffer[part.Length..];
        }
    }

    private (string Sha256, string Git) Hash()
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var git = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        git.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {Size}\0")));
        var buffer = new byte[1 << 20];
        for (long at = 0; at < Size; )
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, Size - at));
            Read(at, part);
            sha256.AppendData(part);
            if (!IsLarge)
            {
                git.AppendData(part);
            }

            at += part.Length;
        }

        return (Convert.ToHexStringLower(sha256.GetHashAndReset()), Convert.ToHexStringLower(git.GetHashAndReset()));
    }
}
