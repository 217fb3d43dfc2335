using System.Net;
using System.Security.Cryptography;
using GemmaInference.Fetch.Download;
using GemmaInference.Fetch.Failures;
using GemmaInference.Fetch.Transport;

namespace GemmaInference.Fetch.Oci;

/// <summary>
/// Reads a layer from its registry in order, hashed as it comes; a connection that is cut is opened again from there.
/// </summary>
internal sealed class LayerStream(
    RemoteFile layer,
    IFileSource source,
    SafeHttp http,
    Retrying retrying,
    FetchProgress progress
) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private HttpResponseMessage? _answer;
    private Stream? _body;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => layer.Size;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var room = (int)Math.Min(buffer.Length, layer.Size - _position);
        if (room == 0)
        {
            return 0;
        }

        var read = await retrying.RunAsync(stop => TryAsync(buffer[..room], stop), () => _position, cancellationToken);
        _hash.AppendData(buffer.Span[..read]);
        _position += read;
        progress.Add(read);
        return read;
    }

    /// <summary>Reads what an archive left unread, and compares the digest.</summary>
    /// <exception cref="FetchException">It is another.</exception>
    public async Task DemandDigestAsync(CancellationToken cancellation)
    {
        var rest = new byte[64 << 10];
        while (await ReadAsync(rest, cancellation) > 0) { }

        if (Convert.ToHexStringLower(_hash.GetHashAndReset()) != layer.Hash.Hex)
        {
            throw new FetchException(
                FetchReason.HashMismatch,
                $"layer {layer.Key[..19]}: its content isn't what its digest says"
            );
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Close(ref _answer);
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<int> TryAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            _answer ??= await OpenAsync(cancellation);
            using var watch = http.Watch(cancellation);
            var read = await SafeHttp.ReadSomeAsync(_body!, buffer, watch, SafeHttp.Host(_answer), cancellation);
            return read > 0
                ? read
                : throw new FetchException(
                    FetchReason.Unavailable,
                    $"{SafeHttp.Host(_answer)} ended layer {layer.Key[..19]} before its end"
                );
        }
        catch
        {
            Close(ref _answer);
            throw;
        }
    }

    private async Task<HttpResponseMessage> OpenAsync(CancellationToken cancellation)
    {
        var answer = await source.OpenAsync(layer, _position, layer.Size, cancellation);
        try
        {
            _body = await SafeHttp.BodyAsync(answer, cancellation);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                await SkipAsync(answer, cancellation);
            }

            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    /// <summary>Somebody who knows no ranges sends it from the start again.</summary>
    private async Task SkipAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        using var watch = http.Watch(cancellation);
        var buffer = new byte[64 << 10];
        for (long skipped = 0; skipped < _position; )
        {
            var room = (int)Math.Min(buffer.Length, _position - skipped);
            var read = await SafeHttp.ReadSomeAsync(
                _body!,
                buffer.AsMemory(0, room),
                watch,
                SafeHttp.Host(answer),
                cancellation
            );
            skipped +=
                read > 0
                    ? read
                    : throw new FetchException(FetchReason.Unavailable, $"{SafeHttp.Host(answer)} ended a layer early");
        }
    }

    private static void Close(ref HttpResponseMessage? answer)
    {
        answer?.Dispose();
        answer = null;
    }
}
