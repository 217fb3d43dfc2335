using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Tests.Shared.Fuzzing;

/// <summary>
/// Makes inputs of others: bytes changed as a bad disk does it, and text as a grammar would: words put in, repeated,
/// nested and exchanged, values of JSON replaced. The same seed makes the same inputs.
/// </summary>
internal sealed class Mutator(int seed, IReadOnlyList<string> words)
{
    /// <summary>Bounds an input, in bytes: beyond it only time is spent.</summary>
    public const int MostBytes = 64 << 10;

    /// <summary>Lists what parsers of all kinds have stumbled over.</summary>
    private static readonly string[] Hostile =
    [
        "\0",
        "\n",
        "\r",
        "\t",
        "\x1B[2J",
        "\u202E",
        "\u2028",
        "\u200B",
        "\uFEFF",
        "\uD83D\uDE00",
        "\\ud800",
        "\\u0000",
        "\"",
        "\\",
        "'",
        "$(x)",
        "%00",
        "%2e%2e/",
        "../",
        "-1",
        "0",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551616",
        "1e999",
        "1e-999",
        "0.1",
        "NaN",
        "null",
        "true",
        "[]",
        "{}",
        "[[[[",
        "{\"a\":",
        "é",
        "ſ",
        "İ",
        "٣",
        " ",
        "a",
        "A",
        "_",
        "@",
        ":",
        "/",
        ".",
        ",",
        ";",
        "=",
        "#",
        "*",
        "(",
        ")",
    ];

    private static readonly string[] Values =
    [
        "null",
        "true",
        "0",
        "-1",
        "1.5",
        "1e400",
        "9223372036854775808",
        "\"\"",
        "\"x\"",
        "\"\\u0000\\u202e\"",
        "\"\\ud800\"",
        "[]",
        "[null]",
        "{}",
        "{\"a\":1,\"a\":2}",
    ];

    private readonly Random _random = new(seed);

    /// <summary>Returns one of others, changed in one to eight places.</summary>
    public byte[] Mutate(IReadOnlyList<byte[]> corpus)
    {
        var input = corpus[_random.Next(corpus.Count)];
        for (var changes = 1 << _random.Next(4); changes > 0; changes--)
        {
            input = Change(input, corpus);
        }

        return input.Length <= MostBytes ? input : input[..MostBytes];
    }

    private byte[] Change(byte[] input, IReadOnlyList<byte[]> corpus)
    {
        var (from, to) = Range(input.Length);
        return _random.Next(14) switch
        {
            0 => Flip(input),
            1 => Splice(input, from, to, []),
            2 => Splice(input, from, from, input[from..to]),
            3 => Splice(input, from, from, Repeated(input[from..to])),
            4 => Splice(input, from, to, Word()),
            5 or 6 => Splice(input, from, from, Word()),
            7 => Splice(input, from, from, Repeated(Word())),
            8 => Splice(input, from, to, Part(corpus[_random.Next(corpus.Count)])),
            9 => Number(input),
            10 => Extreme(input),
            11 => input[..from],
            12 => Value(input),
            _ => Name(input),
        };
    }

    private (int From, int To) Range(int length)
    {
        var from = _random.Next(length + 1);
        var most = _random.Next(3) == 0 ? length - from : Math.Min(length - from, 16);
        return (from, from + _random.Next(most + 1));
    }

    private byte[] Word()
    {
        var all = words.Count > 0 && _random.Next(3) > 0 ? words : Hostile;
        return Encoding.UTF8.GetBytes(all[_random.Next(all.Count)]);
    }

    private byte[] Part(byte[] of)
    {
        var (from, to) = Range(of.Length);
        return of[from..to];
    }

    private byte[] Repeated(byte[] part)
    {
        var times = Math.Min(1 << _random.Next(1, 12), MostBytes / Math.Max(1, part.Length));
        return [.. Enumerable.Repeat(part, times).SelectMany(p => p)];
    }

    private byte[] Flip(byte[] input)
    {
        if (input.Length == 0)
        {
            return input;
        }

        var flipped = input.ToArray();
        flipped[_random.Next(input.Length)] = (byte)_random.Next(256);
        return flipped;
    }

    /// <summary>Writes an extreme length over some bytes, as binary formats have them.</summary>
    private byte[] Extreme(byte[] input)
    {
        var bytes = new byte[8];
        long[] extremes = [0, 1, -1, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, 1 << 20, input.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, extremes[_random.Next(extremes.Length)]);
        var part = bytes[..(1 << _random.Next(4))];
        var at = _random.Next(input.Length + 1);
        return Splice(input, at, Math.Min(input.Length, at + part.Length), part);
    }

    /// <summary>Replaces a number that is written in digits.</summary>
    private byte[] Number(byte[] input)
    {
        var at = Find(input, b => b is >= (byte)'0' and <= (byte)'9');
        var end = at;
        while (end < input.Length && input[end] is >= (byte)'0' and <= (byte)'9')
        {
            end++;
        }

        var number = _random.Next(4) switch
        {
            0 => new string('9', _random.Next(1, 400)),
            1 => "0",
            2 => "-" + _random.NextInt64().ToString(CultureInfo.InvariantCulture),
            _ => _random.NextInt64().ToString(CultureInfo.InvariantCulture),
        };
        return Splice(input, at, end, Encoding.UTF8.GetBytes(number));
    }

    /// <summary>Replaces what stands behind a colon: a value of JSON.</summary>
    private byte[] Value(byte[] input)
    {
        var at = Math.Min(input.Length, Find(input, b => b == ':') + 1);
        var end = at;
        for (var depth = 0; end < input.Length; end++)
        {
            depth +=
                input[end] is (byte)'{' or (byte)'[' ? 1
                : input[end] is (byte)'}' or (byte)']' ? -1
                : 0;
            if (depth < 0 || (depth == 0 && input[end] == (byte)','))
            {
                break;
            }
        }

        return Splice(input, at, end, Encoding.UTF8.GetBytes(Values[_random.Next(Values.Length)]));
    }

    /// <summary>Exchanges a quoted text for another one of the same input: names become values, and each other.</summary>
    private byte[] Name(byte[] input)
    {
        var (at, other) = (Find(input, b => b == '"'), Find(input, b => b == '"'));
        var (end, otherEnd) = (End(at), End(other));
        return Splice(input, at, end, input[other..otherEnd]);

        int End(int from) =>
            from < input.Length && Array.IndexOf(input, (byte)'"', Math.Min(input.Length, from + 1)) is > 0 and var to
                ? to + 1
                : from;
    }

    /// <summary>Returns a place at random where there is such a byte; the end where there is none.</summary>
    private int Find(byte[] input, Predicate<byte> isWanted)
    {
        var at = Array.FindIndex(input, _random.Next(input.Length + 1), isWanted);
        at = at < 0 ? Array.FindIndex(input, isWanted) : at;
        return at < 0 ? input.Length : at;
    }

    private static byte[] Splice(byte[] input, int from, int to, byte[] with)
    {
        var spliced = new byte[input.Length - (to - from) + with.Length];
        input.AsSpan(0, from).CopyTo(spliced);
        with.CopyTo(spliced, from);
        input.AsSpan(to).CopyTo(spliced.AsSpan(from + with.Length));
        return spliced.Length <= 2 * MostBytes ? spliced : spliced[..(2 * MostBytes)];
    }
}
