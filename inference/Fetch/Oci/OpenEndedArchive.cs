namespace GemmaInference.Fetch.Oci;

/// <summary>
/// Ends an archive that its writer left open: some (umoci insert) write neither the padding of the last file nor the
/// two empty blocks behind it, and container runtimes take what they write.
/// </summary>
internal sealed class OpenEndedArchive(Stream archive) : Stream
{
    private const int Block = 512;
    private const int EndBlocks = 2;
    private long _read;
    private long _missing = -1;

    /// <summary>Gets whether what was read goes beyond what came.</summary>
    public bool IsPastEnd { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_missing < 0)
        {
            var read = await archive.ReadAsync(buffer, cancellationToken);
            _read += read;
            if (read > 0 || buffer.Length == 0)
            {
                return read;
            }

            _missing = ((Block - (_read % Block)) % Block) + (EndBlocks * Block);
        }

        var added = (int)Math.Min(buffer.Length, _missing);
        buffer.Span[..added].Clear();
        _missing -= added;
        IsPastEnd |= added > 0;
        return added;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
