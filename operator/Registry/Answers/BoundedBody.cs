using System.Text;

namespace GemmaOperator.Registry.Answers;

/// <summary>Reads response bodies, never more of them than expected.</summary>
internal static class BoundedBody
{
    /// <summary>Registries must accept manifests of 4 MiB; larger ones are nobody's (OCI distribution spec).</summary>
    public const int ManifestLimit = 4 << 20;

    /// <summary>Configs are some kilobytes; what is larger costs memory many times over once it is read.</summary>
    public const int ConfigLimit = 1 << 20;

    public const int TokenLimit = 1 << 20;

    private const int ErrorLimit = 8 << 10;

    private const int FirstPiece = 4 << 10;

    /// <summary>Stays below what the runtime keeps apart, and rarely moves or gives back (85,000 bytes).</summary>
    private const int LargestPiece = 64 << 10;

    private static readonly TimeSpan ErrorTimeout = TimeSpan.FromSeconds(5);

    public static async Task<byte[]> ReadAsync(
        HttpResponseMessage response,
        int limit,
        string what,
        CancellationToken cancellationToken
    )
    {
        if (response.Content.Headers.ContentLength > limit)
        {
            throw TooLarge(what, limit);
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        // Who says how long it is gets no more room than that, and no room before it has come.
        var pieces = new List<byte[]>();
        var (piece, filled, length) = (new byte[FirstPiece], 0, 0);
        int read;
        while ((read = await stream.ReadAsync(piece.AsMemory(filled), cancellationToken)) > 0)
        {
            (filled, length) = (filled + read, length + read);
            if (length > limit)
            {
                throw TooLarge(what, limit);
            }

            if (filled == piece.Length)
            {
                pieces.Add(piece);
                (piece, filled) = (new byte[Math.Min(2 * piece.Length, LargestPiece)], 0);
            }
        }

        var body = new byte[length];
        var at = 0;
        foreach (var full in pieces)
        {
            full.CopyTo(body, at);
            at += full.Length;
        }

        piece.AsSpan(0, filled).CopyTo(body.AsSpan(at));
        return body;
    }

    /// <summary>Returns the start of an error's body, as text.</summary>
    public static async Task<string> TextAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var chunk = new byte[ErrorLimit];
        var read = await stream.ReadAtLeastAsync(chunk, chunk.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(chunk, 0, read);
    }

    /// <summary>
    /// Returns the start of an error's body; nothing where it doesn't come in time. The status says most of it already.
    /// </summary>
    public static async Task<string> TextAsync(
        HttpResponseMessage response,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        using var timeout = new CancellationTokenSource(ErrorTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await TextAsync(response, either.Token);
        }
        catch (Exception e)
            when (e is HttpRequestException or IOException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            return "";
        }
    }

    private static RegistryException TooLarge(string what, int limit) =>
        new(RegistryError.Invalid, $"{what}: the answer is larger than {limit} bytes");
}
