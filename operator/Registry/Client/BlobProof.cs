using System.Security.Cryptography;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Manifests;

namespace GemmaOperator.Registry.Client;

/// <summary>
/// Holds what proves a blob piece by piece: hashes of its pieces, taken while the whole was read and found to be what
/// its digest and size say. 32 bytes for each 256 KiB: 1.3 MB for a layer of 10 GB.
/// </summary>
/// <param name="Size">Bytes of the whole.</param>
/// <param name="Hashes">SHA-256 of each piece, in their order.</param>
internal sealed record BlobProof(long Size, IReadOnlyList<byte[]> Hashes)
{
    /// <summary>Bytes of one piece; the last may be shorter.</summary>
    public const int PieceSize = 256 << 10;

    /// <summary>Bounds what hashes are kept of: 8 MiB of them.</summary>
    private const long Largest = (long)PieceSize << 18;

    /// <summary>Reads a blob to its end.</summary>
    /// <exception cref="RegistryException">It isn't what its digest and size say, or broke off.</exception>
    public static async Task<BlobProof> OfAsync(
        Stream content,
        Descriptor blob,
        string what,
        CancellationToken cancellationToken
    )
    {
        if (blob.Size > Largest)
        {
            throw new RegistryException(RegistryError.Invalid, $"{what}: {blob.Size} bytes are too many to be proved");
        }

        using var whole = IncrementalHash.CreateHash(
            blob.Digest.IsSha256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA512
        );
        var (hashes, piece) = (new List<byte[]>(), new byte[PieceSize]);
        try
        {
            for (var left = blob.Size; left > 0; )
            {
                var wanted = piece.AsMemory(0, (int)Math.Min(left, PieceSize));
                await content.ReadExactlyAsync(wanted, cancellationToken);
                whole.AppendData(wanted.Span);
                hashes.Add(SHA256.HashData(wanted.Span));
                left -= wanted.Length;
            }
        }
        catch (EndOfStreamException)
        {
            throw Another(what);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new RegistryException(
                RegistryError.Unavailable,
                $"{what}: the answer broke off: {RegistryWords.Said(e.Message)}",
                e
            );
        }

        return blob.Digest.Hex == Convert.ToHexStringLower(whole.GetHashAndReset())
            ? new BlobProof(blob.Size, hashes)
            : throw Another(what);
    }

    private static RegistryException Another(string what) =>
        new(RegistryError.Invalid, $"{what}: the content isn't what its digest says");
}
