using System.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>Holds one instruction of a Dockerfile, its lines joined, without its heredocs' content.</summary>
/// <param name="Line">Line that it begins on, the first being 1.</param>
/// <param name="Name">For example <c>COPY</c>, in capitals.</param>
/// <param name="Arguments">What follows the name.</param>
/// <param name="Open">A heredoc of it that no line ends; null when there is none.</param>
internal sealed record DockerfileInstruction(int Line, string Name, string Arguments, DockerfileHeredoc? Open = null)
{
    /// <summary>
    /// The instructions that may have heredocs, ONBUILD for those within it (BuildKit, frontend/dockerfile/parser).
    /// </summary>
    private static readonly string[] WithHeredocs = ["ADD", "COPY", "RUN", "ONBUILD"];

    /// <summary>Gets whether it may have heredocs.</summary>
    public bool MayHaveHeredocs => WithHeredocs.Contains(Name, StringComparer.Ordinal);

    /// <summary>
    /// Splits a Dockerfile into its instructions as BuildKit's parser does, which Kaniko uses: a backslash at the end
    /// continues a line, comments and empty lines within are skipped, and a heredoc's lines are no instructions.
    /// </summary>
    /// <param name="text">Dockerfile with <c>\n</c> line ends and the usual escape character.</param>
    public static IEnumerable<DockerfileInstruction> ReadAll(string text)
    {
        var lines = text.Split('\n');
        for (var at = 0; at < lines.Length; at++)
        {
            if (IsSkipped(lines[at]))
            {
                continue;
            }

            var (first, whole) = (at + 1, new StringBuilder());
            while (true)
            {
                var (part, isContinued) = Part(lines[at]);
                whole.Append(part);
                if (!isContinued)
                {
                    break;
                }

                do
                {
                    at++;
                } while (at < lines.Length && IsSkipped(lines[at]));

                if (at == lines.Length)
                {
                    break;
                }
            }

            var words = whole.ToString().Trim().Split((char[]?)[' ', '\t'], 2, StringSplitOptions.TrimEntries);
            var read = new DockerfileInstruction(first, words[0].ToUpperInvariant(), words.Length > 1 ? words[1] : "");
            if (read.MayHaveHeredocs)
            {
                foreach (var heredoc in DockerfileHeredoc.ReadAll(read.Arguments))
                {
                    at = End(lines, at, heredoc);
                    read = at < lines.Length ? read : read with { Open = read.Open ?? heredoc };
                }
            }

            yield return read;
        }
    }

    private static bool IsSkipped(string line) => line.TrimStart() is "" or ['#', ..];

    /// <summary>A backslash before it takes the last one's meaning away.</summary>
    private static (string Part, bool IsContinued) Part(string line)
    {
        var trimmed = line.TrimEnd(' ', '\t', '\r');
        return trimmed.EndsWith('\\') && !trimmed.EndsWith(@"\\", StringComparison.Ordinal)
            ? (trimmed[..^1], true)
            : (line, false);
    }

    /// <summary>Returns the line of the terminator; the number of lines where there is none.</summary>
    private static int End(string[] lines, int at, DockerfileHeredoc heredoc)
    {
        for (at++; at < lines.Length; at++)
        {
            if (heredoc.IsEnd(lines[at]))
            {
                return at;
            }
        }

        return lines.Length;
    }
}
