using System.Text;

namespace GemmaOperator.Runtime.Client;

/// <summary>
/// Keeps the end of a log. The API's own <c>limitBytes</c> counts from the start and would cut the end off.
/// </summary>
internal static class LogTailReader
{
    /// <summary>
    /// Returns the last <paramref name="limitBytes"/> of the stream as UTF-8, never beginning inside a character.
    /// </summary>
    public static async Task<string> ReadAsync(Stream stream, int limitBytes, CancellationToken cancellationToken)
    {
        var ring = new byte[limitBytes];
        var chunk = new byte[8192];
        long total = 0;
        int read;
        while ((read = await stream.ReadAsync(chunk, cancellationToken)) > 0)
        {
            for (var i = 0; i < read; i++)
            {
                ring[total++ % limitBytes] = chunk[i];
            }
        }

        var length = (int)Math.Min(total, limitBytes);
        var tail = new byte[length];
        for (var i = 0; i < length; i++)
        {
            tail[i] = ring[(total - length + i) % limitBytes];
        }

        var start = 0;
        while (total > limitBytes && start < length && (tail[start] & 0xC0) == 0x80)
        {
            start++;
        }

        return Encoding.UTF8.GetString(tail.AsSpan(start));
    }
}
