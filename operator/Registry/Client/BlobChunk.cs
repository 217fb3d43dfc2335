using System.Net;

namespace GemmaOperator.Registry.Client;

/// <summary>
/// Sends the next <paramref name="length"/> bytes of a stream as a request's body, through one small buffer.
/// </summary>
internal sealed class BlobChunk(Stream source, long length) : HttpContent
{
    private const int BufferSize = 64 << 10;

    public long Length { get; } = length;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream,
        TransportContext? context,
        CancellationToken cancellationToken
    )
    {
        var buffer = new byte[BufferSize];
        for (var left = Length; left > 0; )
        {
            var read = await source.ReadAsync(
                buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)),
                cancellationToken
            );
            if (read == 0)
            {
                throw new IOException($"the content ended {left} bytes early");
            }

            await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            left -= read;
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = Length;
        return true;
    }
}
