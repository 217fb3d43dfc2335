using System.Globalization;
using System.Text;

namespace GemmaOperator.Runtime.Text;

/// <summary>
/// Makes text from outside fit to be shown: nothing in it ends a line, moves a cursor, hides itself or turns the
/// direction of writing. The one judge of that; all edges (conditions, events, logs, terminals, metrics) ask it.
/// </summary>
public static class VisibleText
{
    /// <summary>Stands for characters that are left out.</summary>
    private const char Gap = ' ';

    /// <summary>
    /// Tells whether a character can be seen, or is an ordinary space. Format characters are those of bidirectional
    /// text, joiners, tags and marks without a width (Unicode 16.0, 23.2 to 23.9).
    /// </summary>
    public static bool IsVisible(Rune rune) =>
        rune.Value is >= ' ' and < 0x7F
        || (
            !IsBlank(rune.Value)
            && Rune.GetUnicodeCategory(rune)
                is not (
                    UnicodeCategory.Control
                    or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator
                    or UnicodeCategory.SpaceSeparator
                    or UnicodeCategory.PrivateUse
                    or UnicodeCategory.OtherNotAssigned
                )
        );

    /// <summary>Returns the text as one line: what can't be seen becomes a space, of several in a row one.</summary>
    public static string Line(string text) => IsClean(text, mayBreak: false) ? text : Clean(text, mayBreak: false);

    /// <summary>Returns the same for text of several lines: their ends stay, as <c>\n</c>.</summary>
    public static string Lines(string text) => IsClean(text, mayBreak: true) ? text : Clean(text, mayBreak: true);

    /// <summary>Tells letters and marks without ink, by their code points: fillers and variation selectors.</summary>
    private static bool IsBlank(int character) =>
        character
            is 0x034F
                or 0x115F
                or 0x1160
                or 0x17B4
                or 0x17B5
                or (>= 0x180B and <= 0x180F)
                or 0x3164
                or 0xFFA0
                or (>= 0xFE00 and <= 0xFE0E)
                or (>= 0xE0000 and <= 0xE0FFF);

    private static bool IsClean(string text, bool mayBreak)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return true;
        }

        // Half a surrogate pair is read as the replacement character, and must become it.
        foreach (var rune in text.EnumerateRunes())
        {
            if (!(IsVisible(rune) || (mayBreak && rune.Value == '\n')) || rune == Rune.ReplacementChar)
            {
                return false;
            }
        }

        return true;
    }

    private static string Clean(string text, bool mayBreak)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsVisible(rune) || (mayBreak && rune.Value == '\n'))
            {
                clean.Append(rune);
            }
            else if (clean.Length > 0 && clean[^1] is not (Gap or '\n'))
            {
                clean.Append(Gap);
            }
        }

        return clean.ToString();
    }
}
