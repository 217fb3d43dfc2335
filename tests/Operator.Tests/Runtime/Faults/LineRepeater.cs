namespace Operator.Tests.Runtime.Faults;

/// <summary>Repeats complete lines of a stream: a, a, then b, b, a, then c, c, b …</summary>
internal sealed class LineRepeater
{
    private readonly List<byte> _pending = [];
    private byte[] _before = [];

    public byte[] Repeat(ReadOnlyMemory<byte> part)
    {
        var output = new List<byte>();
        foreach (var b in part.Span)
        {
            _pending.Add(b);
            if (b == (byte)'\n')
            {
                var line = _pending.ToArray();
                _pending.Clear();
                output.AddRange([.. line, .. line, .. _before]);
                _before = line;
            }
        }

        return [.. output];
    }
}
