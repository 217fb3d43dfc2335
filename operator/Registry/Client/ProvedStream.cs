using System.Security.Cryptography;

namespace GemmaOperator.Registry.Client;

/// <summary>Reads content again that was proved before, and gives nothing of it that isn't the same still.</summary>
/// <param name="inner">The content, from its start; it is closed with this.</param>
/// <param name="proof">What it was.</param>
internal sealed class ProvedStream(Stream inner, BlobProof proof) : ForwardStream(inner)
{
    private readonly byte[] _piece = new byte[BlobProof.PieceSize];
    private int _next;
    private int _start;
    private int _end;

    public override long Length => proof.Size;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_start == _end && !await FillAsync(cancellationToken))
        {
            return 0;
        }

        var count = Math.Min(buffer.Length, _end - _start);
        _piece.AsMemory(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_next == proof.Hashes.Count)
        {
            return false;
        }

        var left = proof.Size - ((long)_next * BlobProof.PieceSize);
        var piece = _piece.AsMemory(0, (int)Math.Min(left, BlobProof.PieceSize));
        await Inner.ReadExactlyAsync(piece, cancellationToken);
        if (!SHA256.HashData(piece.Span).AsSpan().SequenceEqual(proof.Hashes[_next]))
        {
            throw new IOException("the content isn't what it was when it was proved");
        }

        (_next, _start, _end) = (_next + 1, 0, piece.Length);
        return true;
    }
}
