namespace GemmaOperator.Text;

/// <summary>
/// Tells names that objects can have, before they come near a request: RFC 1123, as the API server reads it. Letter by
/// letter, since a regular expression takes longer to set up than a short command has.
/// </summary>
internal static class NameSyntax
{
    private const int LongestNamespace = 63;
    private const int LongestName = 253;

    public static bool IsNamespace(string text) => text.Length <= LongestNamespace && IsLabel(text);

    public static bool IsName(string text)
    {
        if (text.Length > LongestName)
        {
            return false;
        }

        foreach (var part in text.AsSpan().Split('.'))
        {
            if (!IsLabel(text.AsSpan(part)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsLabel(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            {
                return false;
            }
        }

        return text.Length > 0 && text[0] != '-' && text[^1] != '-';
    }
}
