using System.Globalization;
using System.Text;
using Spectre.Console;

namespace Quickstart.Terminal;

/// <summary>Fits text into columns; what it counts are cells, of which a wide character takes two.</summary>
internal static class TerminalText
{
    private const string Ellipsis = "…";

    /// <summary>Returns how many cells a text takes on one line.</summary>
    public static int Width(string text) => text.GetCellWidth();

    /// <summary>
    /// Returns the text on one line and harmless: line ends and tabs become spaces, and what could steer a terminal, or
    /// turn the direction of writing, is left out.
    /// </summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator:
                case UnicodeCategory.Control when Rune.IsWhiteSpace(rune):
                    clean.Append(clean is [.., ' '] ? "" : " ");
                    break;
                case UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate:
                    break;
                default:
                    clean.Append(rune.ToString());
                    break;
            }
        }

        return clean.ToString();
    }

    /// <summary>Returns the text in at most that many cells, with an ellipsis where some was left out.</summary>
    public static string Cut(string text, int width)
    {
        if (Width(text) <= width)
        {
            return text;
        }

        var (end, _) = Fit(text, Math.Max(0, width - 1));
        return text[..end].TrimEnd() + Ellipsis;
    }

    /// <summary>
    /// Returns the text in lines of at most that many cells, broken at spaces, and within a word only where it is wider
    /// than a line.
    /// </summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var rest = word;
            if (line.Length > 0 && Width(line) + 1 + Width(rest) > width)
            {
                yield return line;
                line = "";
            }

            while (line.Length == 0 && Width(rest) > width)
            {
                var (end, _) = Fit(rest, width);
                // A character that is wider than the line stands alone.
                end = Math.Max(end, StringInfo.GetNextTextElementLength(rest));
                yield return rest[..end];
                rest = rest[end..];
            }

            line = line.Length == 0 ? rest : $"{line} {rest}";
        }

        if (line.Length > 0)
        {
            yield return line;
        }
    }

    /// <summary>Returns how many UTF-16 units fit into the cells, never half a character, and their width.</summary>
    private static (int End, int Width) Fit(string text, int width)
    {
        var (end, used) = (0, 0);
        while (end < text.Length)
        {
            var length = StringInfo.GetNextTextElementLength(text.AsSpan(end));
            var cells = Width(text.Substring(end, length));
            if (used + cells > width)
            {
                break;
            }

            end += length;
            used += cells;
        }

        return (end, used);
    }
}
