using GemmaOperator.Registry.Client;

namespace GemmaOperator.Builds.Contents.Layers;

/// <summary>Reads content that may be no longer than a bound: a few megabytes can unpack to anything.</summary>
/// <param name="inner">The content; it is closed with this.</param>
/// <param name="most">Bytes.</param>
internal sealed class BoundedStream(Stream inner, long most) : ForwardStream(inner)
{
    private long _read;

    /// <exception cref="InvalidDataException">It is longer.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await Inner.ReadAsync(buffer, cancellationToken);
        _read += read;
        return _read <= most ? read : throw new InvalidDataException($"it unpacks to more than {most} bytes");
    }
}
