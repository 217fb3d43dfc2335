using System.Text;

namespace GemmaInference.Native;

/// <summary>
/// Renders what is said last: one line of bounded length, since that is how much of it reaches an object's status.
/// </summary>
internal static class OneLine
{
    /// <summary>Bounds a line, in UTF-8 bytes.</summary>
    public const int MaxBytes = 300;

    /// <summary>Makes runs of white space and control characters one space, and shortens what is too long.</summary>
    public static string Of(string text, int maxBytes = MaxBytes)
    {
        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!Rune.IsControl(rune) && !Rune.IsWhiteSpace(rune))
            {
                line.Append(rune);
            }
            else if (line.Length > 0 && line[^1] != ' ')
            {
                line.Append(' ');
            }
        }

        return Shortened(line.ToString().TrimEnd(), maxBytes);
    }

    private static string Shortened(string text, int maxBytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= maxBytes)
        {
            return text;
        }

        const string Ellipsis = "…";
        var left = maxBytes - Encoding.UTF8.GetByteCount(Ellipsis);
        var end = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            left -= rune.Utf8SequenceLength;
            if (left < 0)
            {
                break;
            }

            end += rune.Utf16SequenceLength;
        }

        return text[..end] + Ellipsis;
    }
}
