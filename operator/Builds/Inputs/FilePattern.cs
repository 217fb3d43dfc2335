namespace GemmaOperator.Builds.Inputs;

/// <summary>
/// Matches names without a slash as Go's path/filepath.Match does. Costs at most the product of both lengths: patterns
/// are anybody's, as many as a Dockerfile has words.
/// </summary>
internal static class FilePattern
{
    /// <summary>Tells whether a name fits; one that is no pattern fits none, which the build will say.</summary>
    public static bool IsMatch(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        var (star, retry) = (-1, 0);
        var (at, read) = (0, 0);
        while (read < name.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                (star, retry) = (at++, read);
            }
            else if (at < pattern.Length && Takes(pattern[at..], name[read], out var width))
            {
                (at, read) = (at + width, read + 1);
            }
            else if (star >= 0)
            {
                // Let the last star take one character more.
                (at, read) = (star + 1, ++retry);
            }
            else
            {
                return false;
            }
        }

        return pattern[at..].TrimStart('*').IsEmpty;
    }

    /// <summary>Tells whether the pattern's first element takes a character, and how long that element is.</summary>
    private static bool Takes(ReadOnlySpan<char> pattern, char c, out int width)
    {
        width = 1;
        switch (pattern[0])
        {
            case '?':
                return c != '/';
            case '[':
                return InClass(pattern, c, out width);
            case '\\' when pattern.Length > 1:
                width = 2;
                return pattern[1] == c;
            default:
                return pattern[0] == c;
        }
    }

    /// <summary>Reads <c>[a-z]</c> or <c>[^a-z]</c>; one without an end takes nothing.</summary>
    private static bool InClass(ReadOnlySpan<char> pattern, char c, out int width)
    {
        var at = 1;
        var isNegated = pattern.Length > 1 && pattern[1] == '^';
        at += isNegated ? 1 : 0;
        var isIn = false;
        for (var first = at; at < pattern.Length && (pattern[at] != ']' || at == first); at++)
        {
            at += pattern[at] == '\\' && at + 1 < pattern.Length ? 1 : 0;
            var low = pattern[at];
            var high = low;
            if (at + 2 < pattern.Length && pattern[at + 1] == '-' && pattern[at + 2] != ']')
            {
                (high, at) = (pattern[at + 2], at + 2);
            }

            isIn |= c >= low && c <= high;
        }

        width = at + 1;
        return at < pattern.Length && isIn != isNegated;
    }
}
