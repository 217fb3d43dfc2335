using System.Text;

namespace GemmaOperator.Text;

/// <summary>Truncates text to what a field, a message or a file may hold, never within a character.</summary>
internal static class Truncation
{
    /// <summary>Counts the bytes of a text in UTF-8.</summary>
    public static int Utf8Length(string text) => Encoding.UTF8.GetByteCount(text);

    /// <summary>Returns the last bytes of a text as valid UTF-8: at most that many, never half a character.</summary>
    public static string Tail(string text, int bytes)
    {
        var start = text.Length;
        var left = bytes;
        while (start > 0)
        {
            var width = start > 1 && char.IsSurrogatePair(text[start - 2], text[start - 1]) ? 2 : 1;
            left -= Encoding.UTF8.GetByteCount(text.AsSpan(start - width, width));
            if (left < 0)
            {
                break;
            }

            start -= width;
        }

        return text[start..];
    }

    /// <summary>
    /// Returns the first bytes of a text as valid UTF-8: at most that many, with an ellipsis where some were left out.
    /// </summary>
    public static string Head(string text, int bytes)
    {
        if (Utf8Length(text) <= bytes)
        {
            return text;
        }

        var end = 0;
        var left = bytes - 3;
        while (end < text.Length)
        {
            var width = end + 1 < text.Length && char.IsSurrogatePair(text[end], text[end + 1]) ? 2 : 1;
            left -= Encoding.UTF8.GetByteCount(text.AsSpan(end, width));
            if (left < 0)
            {
                break;
            }

            end += width;
        }

        return text[..end] + "…";
    }

    /// <summary>
    /// Returns the first characters of a text: at most that many, with an ellipsis where some were left out.
    /// </summary>
    public static string Shorten(string text, int characters)
    {
        if (text.Length <= characters)
        {
            return text;
        }

        var end = characters - 1;
        if (end > 0 && char.IsHighSurrogate(text[end - 1]))
        {
            end--;
        }

        return text[..end] + "…";
    }
}
