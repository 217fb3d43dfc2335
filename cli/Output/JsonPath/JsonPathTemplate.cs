using System.Text;

namespace KubectlGemma.Output.JsonPath;

/// <summary>Holds a template as <c>kubectl -o jsonpath=…</c> takes it, understood.</summary>
internal sealed record JsonPathTemplate(IReadOnlyList<TemplatePart> Parts)
{
    /// <exception cref="FormatException">It is no template; the message says where.</exception>
    public static JsonPathTemplate Parse(string text)
    {
        // As kubectl: a bare path is taken for one in braces.
        var whole = text.Contains('{', StringComparison.Ordinal) ? text : $"{{{text}}}";
        var at = 0;
        var parts = Body(whole, ref at, isRange: false);
        return new JsonPathTemplate(parts);
    }

    private static List<TemplatePart> Body(string text, ref int at, bool isRange)
    {
        var parts = new List<TemplatePart>();
        while (at < text.Length)
        {
            var open = text.IndexOf('{', at);
            if (open != at)
            {
                var end = open < 0 ? text.Length : open;
                parts.Add(new TemplatePart.Literal(text[at..end]));
                at = end;
                continue;
            }

            var inner = Inner(text, ref at);
            if (inner == "end")
            {
                return isRange ? parts : throw new FormatException("{end} without {range}");
            }

            parts.Add(
                inner.StartsWith("range ", StringComparison.Ordinal)
                    ? new TemplatePart.Range(PathParser.Parse(inner[6..].Trim()), Body(text, ref at, isRange: true))
                : inner is ['"', .., '"'] or ['\'', .., '\''] ? new TemplatePart.Literal(Unescape(inner[1..^1]))
                : new TemplatePart.Value(PathParser.Parse(inner))
            );
        }

        return isRange ? throw new FormatException("{range} without {end}") : parts;
    }

    /// <summary>Returns what is between braces; those within quotes don't count.</summary>
    private static string Inner(string text, ref int at)
    {
        var quote = '\0';
        for (var i = at + 1; i < text.Length; i++)
        {
            var c = text[i];
            if (quote != '\0')
            {
                i += c == '\\' ? 1 : 0;
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '"' or '\'')
            {
                quote = c;
            }
            else if (c == '}')
            {
                var inner = text[(at + 1)..i].Trim();
                at = i + 1;
                return inner;
            }
        }

        throw new FormatException($"the brace at {at + 1} isn't closed");
    }

    private static string Unescape(string text)
    {
        var plain = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            plain.Append(
                text[i] != '\\' || i + 1 == text.Length
                    ? text[i]
                    : text[++i] switch
                    {
                        'n' => '\n',
                        't' => '\t',
                        'r' => '\r',
                        var other => other,
                    }
            );
        }

        return plain.ToString();
    }
}
