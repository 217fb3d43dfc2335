namespace GemmaOperator.Dashboard.Facts;

/// <summary>Tells names that objects can have, before they come near a request.</summary>
internal static class ObjectNames
{
    private const int LongestNamespace = 63;
    private const int LongestName = 253;

    public static bool IsNamespace(string text) => text.Length <= LongestNamespace && Has(text, mayHaveDots: false);

    public static bool IsName(string text) => text.Length <= LongestName && Has(text, mayHaveDots: true);

    private static bool Has(string text, bool mayHaveDots) =>
        text.Length > 0
        && char.IsAsciiLetterOrDigit(text[0])
        && char.IsAsciiLetterOrDigit(text[^1])
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-' || (mayHaveDots && c == '.'));
}
