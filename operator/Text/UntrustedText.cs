using System.Globalization;
using System.Text;

namespace GemmaOperator.Text;

/// <summary>Checks and cuts of untrusted text.</summary>
internal static class UntrustedText
{
    /// <summary>
    /// Whether the text holds a control character, a Unicode line or paragraph separator, or half a surrogate pair: the
    /// characters by which a value could end a line, hide in a terminal, or change on its way through UTF-8.
    /// </summary>
    public static bool HasControl(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) || text[i] is '\u2028' or '\u2029')
            {
                return true;
            }

            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (!char.IsSurrogatePair(text, i))
            {
                return true;
            }

            i++;
        }

        return false;
    }

    public static int Utf8Length(string text) => Encoding.UTF8.GetByteCount(text);

    /// <summary>The last bytes of a text as valid UTF-8: at most that many, never half a character.</summary>
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

    /// <summary>The first bytes of a text as valid UTF-8, with an ellipsis where some were left out.</summary>
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

    /// <summary>The first characters of a text, with an ellipsis where some were left out; for messages.</summary>
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

    /// <summary>Text shown in a message: quoted, shortened, control characters as <c>\u000A</c>.</summary>
    public static string Show(string text)
    {
        var shown = new StringBuilder();
        foreach (var c in Shorten(text, 80))
        {
            if (char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029')
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            }
            else
            {
                shown.Append(c);
            }
        }

        return $"\"{shown}\"";
    }
}
