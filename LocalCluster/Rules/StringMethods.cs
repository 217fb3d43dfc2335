using static LocalCluster.Rules.CelFunctions;

namespace LocalCluster.Rules;

/// <summary>Holds the methods of strings; positions count code points, as in cel-go.</summary>
internal static class StringMethods
{
    public static IEnumerable<KeyValuePair<string, Func<object?[], object?>>> All { get; } =
    [
        new("contains", a => Text(a[0]).Contains(Text(a[1]), StringComparison.Ordinal)),
        new("startsWith", a => Text(a[0]).StartsWith(Text(a[1]), StringComparison.Ordinal)),
        new("endsWith", a => Text(a[0]).EndsWith(Text(a[1]), StringComparison.Ordinal)),
        new("charAt", a => Part(Text(a[0]), Index(a[1]), Math.Min(Index(a[1]) + 1, Runes(Text(a[0])).Length))),
        new("lowerAscii", a => Mapped(Text(a[0]), char.ToLowerInvariant)),
        new("upperAscii", a => Mapped(Text(a[0]), char.ToUpperInvariant)),
        new("trim", a => Text(a[0]).Trim()),
        new("reverse", a => string.Concat(Runes(Text(a[0])).Reverse())),
        new("substring", a => Part(Text(a[0]), Index(a[1]), a.Length > 2 ? Index(a[2]) : Runes(Text(a[0])).Length)),
        new("replace", Replace),
        new("split", Split),
        new("format", a => CelText.Format(Text(a[0]), a[1] as object?[] ?? throw CelException.NoOverload())),
    ];

    /// <summary>Returns where a text begins in another, from a position on; -1 when it doesn't.</summary>
    public static long IndexOf(string text, string part, int from, bool last)
    {
        var runes = Runes(text);
        if (from < 0 || from > runes.Length)
        {
            throw new CelException($"index out of range: {from}");
        }

        var at = last
            ? text.LastIndexOf(part, Math.Min(Chars(runes, from) + part.Length, text.Length), StringComparison.Ordinal)
            : text.IndexOf(part, Chars(runes, from), StringComparison.Ordinal);
        return at < 0 ? -1 : Runes(text[..at]).Length;
    }

    public static int Length(string text) => Runes(text).Length;

    private static string Part(string text, int start, int end)
    {
        var runes = Runes(text);
        return start < 0 || end > runes.Length || start > runes.Length
                ? throw new CelException($"index out of range: {(start < 0 || start > runes.Length ? start : end)}")
            : end < start ? throw new CelException($"invalid substring range. start: {start}, end: {end}")
            : string.Concat(runes[start..end]);
    }

    private static object Replace(object?[] a)
    {
        var (text, old, with) = (Text(a[0]), Text(a[1]), Text(a[2]));
        var left = a.Length > 3 ? Index(a[3]) : -1;
        if (left < 0)
        {
            return text.Replace(old, with, StringComparison.Ordinal);
        }

        var at = 0;
        while (left-- > 0 && text.IndexOf(old, at, StringComparison.Ordinal) is var found and >= 0)
        {
            text = text[..found] + with + text[(found + old.Length)..];
            at = found + with.Length;
        }

        return text;
    }

    private static object Split(object?[] a)
    {
        var (text, separator) = (Text(a[0]), Text(a[1]));
        var most = a.Length > 2 ? Index(a[2]) : -1;
        return most switch
        {
            0 => [],
            _ when separator.Length == 0 => Runes(text).Cast<object?>().ToArray(),
            < 0 => text.Split(separator).Cast<object?>().ToArray(),
            _ => text.Split(separator, most).Cast<object?>().ToArray(),
        };
    }

    private static string Mapped(string text, Func<char, char> change) =>
        string.Concat(text.Select(c => char.IsAscii(c) ? change(c) : c));

    private static string[] Runes(string text) => [.. text.EnumerateRunes().Select(r => r.ToString())];

    private static int Chars(string[] runes, int count) => runes.Take(count).Sum(r => r.Length);
}
