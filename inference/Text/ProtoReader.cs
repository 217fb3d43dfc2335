namespace GemmaInference.Text;

/// <summary>Walks over the fields of one protobuf message (encoding: protobuf.dev, "Encoding").</summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    public int Field { get; private set; }

    /// <summary>Returns the value of a varint field.</summary>
    public ulong Number { get; private set; }

    /// <summary>Returns the bytes of a length-delimited or fixed-width field.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Moves to the next field; false at the end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The message is cut short or has an unknown wire type.</exception>
    public bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var tag = Varint();
        Field = (int)(tag >> 3);
        Number = 0;
        Bytes = default;
        switch (tag & 7)
        {
            case 0:
                Number = Varint();
                break;
            case 1:
                Bytes = Take(8);
                break;
            case 2:
                Bytes = Take(checked((int)Varint()));
                break;
            case 5:
                Bytes = Take(4);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(message));
        }

        return true;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(shift, 63);
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
