using System.Buffers;
using System.Text.Json;

namespace KubectlGemma.Cluster;

/// <summary>Reads an answer of which some fields are kept.</summary>
internal static class PrunedAnswer
{
    /// <summary>Sets the size of one read, in bytes: four records of TLS.</summary>
    private const int ReadAtOnce = 64 * 1024;

    /// <summary>Bounds one text within an answer: an object has at most a tenth of it.</summary>
    private const int LongestToken = 16 * 1024 * 1024;

    /// <exception cref="JsonException">It isn't JSON, or has a text that no object can have.</exception>
    public static async Task<JsonDocument> ReadAsync(
        Stream answer,
        KeptFields kept,
        CancellationToken cancellationToken
    )
    {
        using var pruner = new JsonPruner(kept);
        var buffer = ArrayPool<byte>.Shared.Rent(ReadAtOnce);
        try
        {
            var filled = 0;
            for (var isLast = false; !isLast; )
            {
                if (filled == buffer.Length)
                {
                    buffer = Larger(buffer);
                }

                var read = await answer.ReadAsync(buffer.AsMemory(filled), cancellationToken);
                isLast = read == 0;
                filled += read;
                var used = pruner.Read(buffer.AsSpan(0, filled), isLast);
                buffer.AsSpan(used, filled - used).CopyTo(buffer);
                filled -= used;
            }

            return pruner.Result();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Larger(byte[] buffer)
    {
        if (buffer.Length >= LongestToken)
        {
            throw new JsonException("a text in it is longer than any object");
        }

        var larger = ArrayPool<byte>.Shared.Rent(2 * buffer.Length);
        buffer.CopyTo(larger.AsSpan());
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
