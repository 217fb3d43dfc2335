namespace GemmaInference.Grammar.Patterns;

/// <summary>Holds a set of characters (Unicode scalar values) as ranges in order, none of which touch.</summary>
internal sealed class CodeRanges
{
    private const int Last = 0x10FFFF;
    private const int FirstHalf = 0xD800;
    private const int LastHalf = 0xDFFF;

    /// <summary>Lists ECMAScript's white space and line ends.</summary>
    private static readonly (int, int)[] Spaces =
    [
        (0x09, 0x0D),
        (0x20, 0x20),
        (0xA0, 0xA0),
        (0x1680, 0x1680),
        (0x2000, 0x200A),
        (0x2028, 0x2029),
        (0x202F, 0x202F),
        (0x205F, 0x205F),
        (0x3000, 0x3000),
        (0xFEFF, 0xFEFF),
    ];

    private CodeRanges(IReadOnlyList<(int Low, int High)> ranges) => Ranges = ranges;

    public IReadOnlyList<(int Low, int High)> Ranges { get; }

    public static CodeRanges Any { get; } = Of((0, Last));

    public static CodeRanges Digits { get; } = Of(('0', '9'));

    public static CodeRanges Letters { get; } = Of(('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z'));

    public static CodeRanges Space { get; } = Of(Spaces);

    /// <summary>Gets what a dot stands for: all but the ends of lines.</summary>
    public static CodeRanges Dot { get; } = Of(('\n', '\n'), ('\r', '\r'), (0x2028, 0x2029)).Others();

    /// <summary>Returns the characters of ranges; halves of characters are none.</summary>
    public static CodeRanges Of(params IEnumerable<(int Low, int High)> ranges)
    {
        var joined = new List<(int Low, int High)>();
        foreach (var (low, high) in ranges.SelectMany(WithoutHalves).OrderBy(range => range.Low))
        {
            if (joined is [.., var last] && low <= last.High + 1)
            {
                joined[^1] = (last.Low, Math.Max(last.High, high));
            }
            else
            {
                joined.Add((low, high));
            }
        }

        return new CodeRanges(joined);
    }

    public CodeRanges Others()
    {
        var others = new List<(int, int)>();
        var next = 0;
        foreach (var (low, high) in Ranges)
        {
            if (next < low)
            {
                others.Add((next, low - 1));
            }

            next = high + 1;
        }

        if (next <= Last)
        {
            others.Add((next, Last));
        }

        return Of(others);
    }

    private static IEnumerable<(int Low, int High)> WithoutHalves((int Low, int High) range)
    {
        if (range.Low < FirstHalf)
        {
            yield return (range.Low, Math.Min(range.High, FirstHalf - 1));
        }

        if (range.High > LastHalf)
        {
            yield return (Math.Max(range.Low, LastHalf + 1), range.High);
        }
    }
}
