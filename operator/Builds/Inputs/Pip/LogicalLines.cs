using System.Text;

namespace GemmaOperator.Builds.Inputs.Pip;

/// <summary>
/// Splits a requirements file into lines as pip does (src/pip/_internal/req/req_file.py: join_lines, ignore_comments).
/// </summary>
internal static class LogicalLines
{
    /// <summary>
    /// Returns the lines with continuations joined, comments and blank lines left out, each with the number of its
    /// first line, from 1. Continuations are joined by nothing; a comment begins at the start of a line or after white
    /// space; a comment line ends a continuation.
    /// </summary>
    public static IEnumerable<(string Line, int Number)> Read(string text)
    {
        var joined = new StringBuilder();
        var (first, number) = (0, 0);
        foreach (var line in text.TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n', '\r'))
        {
            number++;
            first = first == 0 ? number : first;
            var isComment = line.TrimStart().StartsWith('#');
            if (!isComment && line.EndsWith('\\'))
            {
                joined.Append(line.Trim('\\'));
                continue;
            }

            // The space keeps it a comment where it follows a word.
            joined.Append(isComment ? " " : "").Append(line);
            if (WithoutComment(joined.ToString()) is { Length: > 0 } finished)
            {
                yield return (finished, first);
            }

            joined.Clear();
            first = 0;
        }

        if (WithoutComment(joined.ToString()) is { Length: > 0 } rest)
        {
            yield return (rest, first);
        }
    }

    private static string WithoutComment(string line)
    {
        for (var i = line.IndexOf('#'); i >= 0; i = line.IndexOf('#', i + 1))
        {
            if (i == 0 || char.IsWhiteSpace(line[i - 1]))
            {
                return line[..i].Trim();
            }
        }

        return line.Trim();
    }
}
