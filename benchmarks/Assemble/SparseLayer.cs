using System.Security.Cryptography;
using StandIns.Processes;

namespace Benchmarks.Assemble;

/// <summary>Plants layers of gigabytes that take no room and no time to write.</summary>
internal static class SparseLayer
{
    /// <summary>
    /// Puts a layer of zeros into the registry's store without writing it: the file is sparse. A registry that mounts
    /// it looks at it, and nobody reads it.
    /// </summary>
    /// <returns>Its digest.</returns>
    public static async Task<string> PlantAsync(DistributionServer registry, string repository, long size)
    {
        var hex = await HashOfZerosAsync(size);
        var blob = Directory.CreateDirectory(Path.Combine(registry.Store, "blobs", "sha256", hex[..2], hex));
        await using (var data = File.Create(Path.Combine(blob.FullName, "data")))
        {
            data.SetLength(size);
        }

        var link = Directory.CreateDirectory(
            Path.Combine(registry.Store, "repositories", repository, "_layers", "sha256", hex)
        );
        await File.WriteAllTextAsync(Path.Combine(link.FullName, "link"), $"sha256:{hex}");
        return $"sha256:{hex}";
    }

    private static async Task<string> HashOfZerosAsync(long size)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var zeros = new byte[1 << 20];
        return await Task.Run(() =>
        {
            for (var left = size; left > 0; left -= zeros.Length)
            {
                hash.AppendData(zeros, 0, (int)Math.Min(left, zeros.Length));
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        });
    }
}
