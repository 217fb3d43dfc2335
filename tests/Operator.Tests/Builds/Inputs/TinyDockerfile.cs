using System.Text;

namespace Operator.Tests.Builds.Inputs;

/// <summary>
/// A second reading of a Dockerfile, written from the reference and not from the renderer: lines, continuations,
/// comments, and the words of ENV, LABEL and RUN. What it reads back must be what was meant.
/// </summary>
internal static class TinyDockerfile
{
    public static List<(string Name, string Arguments)> Instructions(string text)
    {
        var found = new List<(string, string)>();
        var current = new StringBuilder();
        foreach (var line in text.Split('\n'))
        {
            if (line.TrimStart().StartsWith('#') || (current.Length == 0 && line.Trim().Length == 0))
            {
                continue;
            }

            if (line.TrimEnd().EndsWith('\\'))
            {
                current.Append(line.TrimEnd()[..^1]);
                continue;
            }

            var whole = current.Append(line).ToString().Trim();
            current.Clear();
            var space = whole.IndexOf(' ', StringComparison.Ordinal);
            found.Add(
                space < 0
                    ? (whole.ToUpperInvariant(), "")
                    : (whole[..space].ToUpperInvariant(), whole[(space + 1)..].Trim())
            );
        }

        return found;
    }

    /// <summary>
    /// Pairs of an ENV or LABEL instruction, quotes and escapes taken away; a bare dollar would be an expansion.
    /// </summary>
    public static List<(string Key, string Value)> Pairs(string rest) =>
        [
            .. Words(rest, dockerfile: true)
                .Select(word =>
                    (
                        word[..word.IndexOf('=', StringComparison.Ordinal)],
                        word[(word.IndexOf('=', StringComparison.Ordinal) + 1)..]
                    )
                ),
        ];

    /// <summary>Commands of a RUN instruction, each as the words that a POSIX shell would run.</summary>
    public static List<List<string>> Commands(string rest)
    {
        var commands = new List<List<string>>();
        foreach (var command in SplitOutsideQuotes(rest, ';'))
        {
            commands.Add(Words(command, dockerfile: false));
        }

        return commands;
    }

    private static List<string> Words(string text, bool dockerfile)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var inWord = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\'')
            {
                var end = text.IndexOf('\'', i + 1);
                if (end < 0)
                {
                    throw new FormatException("open single quote");
                }

                word.Append(text, i + 1, end - i - 1);
                inWord = true;
                i = end;
            }
            else if (c == '"')
            {
                inWord = true;
                for (i++; i < text.Length && text[i] != '"'; i++)
                {
                    if (text[i] == '$' && dockerfile)
                    {
                        throw new FormatException("expansion");
                    }

                    if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '"' or '$' or '\\' && text[i] == '\\')
                    {
                        i++;
                    }

                    word.Append(text[i]);
                }

                if (i == text.Length)
                {
                    throw new FormatException("open double quote");
                }
            }
            else if (c is ' ' or '\t')
            {
                if (inWord)
                {
                    words.Add(word.ToString());
                }

                word.Clear();
                inWord = false;
            }
            else
            {
                if (c == '$' && dockerfile)
                {
                    throw new FormatException("expansion");
                }

                if (c == '\\')
                {
                    c = text[++i];
                }

                word.Append(c);
                inWord = true;
            }
        }

        if (inWord)
        {
            words.Add(word.ToString());
        }

        return words;
    }

    private static IEnumerable<string> SplitOutsideQuotes(string text, char separator)
    {
        var part = new StringBuilder();
        char quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\' && quote != '\'' && i + 1 < text.Length)
            {
                part.Append(c).Append(text[++i]);
                continue;
            }

            if (quote == '\0' && c is '\'' or '"' && quote == '\0')
            {
                quote = c;
            }
            else if (c == quote)
            {
                quote = '\0';
            }

            if (c == separator && quote == '\0')
            {
                yield return part.ToString().Trim();
                part.Clear();
                continue;
            }

            part.Append(c);
        }

        yield return part.ToString().Trim();
    }
}
