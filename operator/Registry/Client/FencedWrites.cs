using System.Net;

namespace GemmaOperator.Registry.Client;

/// <summary>
/// Lets requests that change a registry through only while this process may write: an upload that goes on for minutes
/// ends with the lease, and no alias tag moves after it.
/// </summary>
/// <param name="ensureOpen">Throws when this process may not write (any more).</param>
/// <param name="inner">Sends.</param>
internal sealed class FencedWrites(Action ensureOpen, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        if (request.Method != HttpMethod.Get && request.Method != HttpMethod.Head)
        {
            ensureOpen();
            request.Content = request.Content is { } content ? new FencedContent(content, ensureOpen) : null;
        }

        return base.SendAsync(request, cancellationToken);
    }

    /// <summary>Sends a body for as long as this process may write; asked before each piece.</summary>
    private sealed class FencedContent : HttpContent
    {
        private readonly HttpContent _body;
        private readonly Action _ensureOpen;

        public FencedContent(HttpContent body, Action ensureOpen)
        {
            (_body, _ensureOpen) = (body, ensureOpen);
            foreach (var (name, values) in body.Headers.NonValidated)
            {
                Headers.TryAddWithoutValidation(name, values);
            }
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(
            Stream stream,
            TransportContext? context,
            CancellationToken cancellationToken
        ) => _body.CopyToAsync(new FencedStream(stream, _ensureOpen), context, cancellationToken);

        protected override bool TryComputeLength(out long length)
        {
            length = _body.Headers.ContentLength ?? 0;
            return _body.Headers.ContentLength is not null;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _body.Dispose();
            }

            base.Dispose(disposing);
        }
    }

    private sealed class FencedStream(Stream inner, Action ensureOpen) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            ensureOpen();
            return inner.WriteAsync(buffer, cancellationToken);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(byte[] buffer, int offset, int count)
        {
            ensureOpen();
            inner.Write(buffer, offset, count);
        }

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
