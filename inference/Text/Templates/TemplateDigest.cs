using System.Security.Cryptography;
using System.Text;

namespace GemmaInference.Text.Templates;

/// <summary>
/// Names templates by what they do rather than by how they are written: comments, indentation, spaces between words and
/// kinds of quotes make no difference, as none is to what they render under the hub's settings (blocks are trimmed
/// on both sides).
/// </summary>
internal static class TemplateDigest
{
    private const char Separator = '\u001F';

    /// <summary>Returns the SHA-256 of a template's parts, in lower hexadecimal.</summary>
    public static string Of(string template) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Normalise(template))));

    /// <summary>Returns a template's texts and tags, each in one spelling.</summary>
    public static string Normalise(string template)
    {
        // Jinja itself drops one line break at the end.
        var source = template.ReplaceLineEndings("\n");
        source = source.EndsWith('\n') ? source[..^1] : source;
        var parts = new StringBuilder();
        var text = new StringBuilder();
        var before = Edge.None;
        for (var at = 0; at < source.Length; )
        {
            var open = NextTag(source, at);
            var raw = source[at..open];
            var end = open < source.Length ? TagEnd(source, open) : open;
            var tag = open < source.Length ? source[open..end] : "";
            text.Append(Trim(raw, at == 0, before, tag));
            if (tag.Length == 0)
            {
                break;
            }

            var isStripping = tag is [.., '-', _, '}'];
            before =
                isStripping ? Edge.Stripped
                : tag[1] == '{' ? Edge.None
                : Edge.Line;
            if (tag[1] != '#')
            {
                Flush(parts, text);
                parts.Append(tag[1]).Append(Words(tag)).Append(Separator);
            }

            at = end;
        }

        Flush(parts, text);
        return parts.ToString();
    }

    private enum Edge
    {
        /// <summary>Says that the text begins as it is.</summary>
        None,

        /// <summary>Says that a line break at its beginning is dropped.</summary>
        Line,

        /// <summary>Says that all white space at its beginning is dropped.</summary>
        Stripped,
    }

    private static void Flush(StringBuilder parts, StringBuilder text)
    {
        if (text.Length > 0)
        {
            parts.Append('T').Append(text).Append(Separator);
            text.Clear();
        }
    }

    private static string Trim(string raw, bool isFirst, Edge before, string next)
    {
        var text =
            before == Edge.Stripped ? raw.TrimStart()
            : before == Edge.Line && raw.StartsWith('\n') ? raw[1..]
            : raw;
        if (next.Length > 2 && next[2] == '-')
        {
            return text.TrimEnd();
        }

        if (next.Length > 2 && next[1] is '%' or '#' && next[2] != '+')
        {
            var bare = text.TrimEnd(' ', '\t');
            // A block's indentation goes where nothing else stands before it in its line.
            return bare.EndsWith('\n') || (bare.Length == 0 && (isFirst || before == Edge.Line)) ? bare : text;
        }

        return text;
    }

    private static int NextTag(string source, int from)
    {
        for (var at = from; at + 1 < source.Length; at++)
        {
            if (source[at] == '{' && source[at + 1] is '{' or '%' or '#')
            {
                return at;
            }
        }

        return source.Length;
    }

    /// <summary>Returns where a tag is over, quotes within it passed over.</summary>
    private static int TagEnd(string source, int open)
    {
        var closing = source[open + 1] == '{' ? '}' : source[open + 1];
        var quote = '\0';
        for (var at = open + 2; at + 1 < source.Length; at++)
        {
            var letter = source[at];
            if (quote != '\0')
            {
                at += letter == '\\' ? 1 : 0;
                quote = letter == quote ? '\0' : quote;
            }
            else if (closing != '#' && letter is '\'' or '"')
            {
                quote = letter;
            }
            else if (letter == closing && source[at + 1] == '}')
            {
                return at + 2;
            }
        }

        return source.Length;
    }

    /// <summary>Spells what a tag says: words and marks with a space between, strings in one kind of quotes.</summary>
    private static string Words(string tag)
    {
        var inner = tag.Length >= 4 ? tag[2..^2].Trim('-', '+') : "";
        var words = new StringBuilder();
        for (var at = 0; at < inner.Length; at++)
        {
            var letter = inner[at];
            if (letter is '\'' or '"')
            {
                words.Append(" \"");
                for (at++; at < inner.Length && inner[at] != letter; at++)
                {
                    at = Letter(inner, at, words);
                }

                words.Append('"');
            }
            else if (IsWord(letter))
            {
                words.Append(at > 0 && IsWord(inner[at - 1]) ? "" : " ").Append(letter);
            }
            else if (!char.IsWhiteSpace(letter))
            {
                words.Append(' ').Append(letter);
            }
        }

        return words.ToString();
    }

    private static int Letter(string inner, int at, StringBuilder words)
    {
        if (inner[at] != '\\' || at + 1 == inner.Length)
        {
            words.Append(inner[at] is '"' or '\\' ? $"\\{inner[at]}" : $"{inner[at]}");
            return at;
        }

        words.Append(
            inner[at + 1] switch
            {
                'n' => "\n",
                't' => "\t",
                'r' => "\r",
                '"' or '\\' => $"\\{inner[at + 1]}",
                var other => $"{other}",
            }
        );
        return at + 1;
    }

    private static bool IsWord(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.';
}
