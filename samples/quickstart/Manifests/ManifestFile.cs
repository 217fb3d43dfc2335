using System.Text;

namespace Quickstart.Manifests;

/// <summary>Reads a manifest's text; whatever the path leads to, what is wrong is one line.</summary>
internal static class ManifestFile
{
    /// <summary>Is ten times what an API server takes in one request.</summary>
    private const int MaxBytes = 30 << 20;

    /// <exception cref="ManifestMistake">It can't be read, or is no text.</exception>
    public static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        byte[] content;
        try
        {
            content = await BytesAsync(path, cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Unreadable(path, "there is no such file");
        }
        catch (UnauthorizedAccessException)
        {
            throw Unreadable(path, Directory.Exists(path) ? "it is a directory; name a file" : "it may not be read");
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            throw Unreadable(path, $"it can't be read: {e.Message}");
        }

        try
        {
            var text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(
                content.AsSpan(content.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0)
            );
            return text.Contains('\0', StringComparison.Ordinal) ? throw Binary(path) : text;
        }
        catch (DecoderFallbackException)
        {
            throw Binary(path);
        }
    }

    private static async Task<byte[]> BytesAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(
            path,
            new FileStreamOptions { Options = FileOptions.Asynchronous, Share = FileShare.ReadWrite }
        );
        using var content = new MemoryStream();
        var buffer = new byte[64 << 10];
        // A device or a pipe has no length to ask for.
        while (await file.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            content.Write(buffer, 0, read);
            if (content.Length > MaxBytes)
            {
                throw Unreadable(path, $"it is larger than {MaxBytes >> 20} MiB, which no API server takes");
            }
        }

        return content.ToArray();
    }

    private static ManifestMistake Unreadable(string path, string why) =>
        new($"--manifest {path}: {why}", isUsage: true);

    private static ManifestMistake Binary(string path) => Unreadable(path, "it is no text in UTF-8, so no manifest");
}
