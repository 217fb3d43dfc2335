using System.Text;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>
/// Holds a requirements file of which every line was understood; what isn't in this type never reaches pip.
/// </summary>
internal sealed record RequirementsFile
{
    /// <summary>Bounds the text; with the Dockerfile it must fit a ConfigMap of 1 MiB.</summary>
    public const int MaxBytes = 512 * 1024;

    /// <summary>Bounds one line with its continuations.</summary>
    public const int MaxLineLength = 8192;

    /// <summary>Bounds reported problems: a megabyte of nonsense must not become a megabyte of messages.</summary>
    public const int MaxProblems = 10;

    private RequirementsFile(IReadOnlyList<PinnedRequirement> requirements) => Requirements = requirements;

    /// <summary>Holds a file without requirements.</summary>
    public static RequirementsFile Empty { get; } = new([]);

    /// <summary>Gets the requirements in the order of the text.</summary>
    public IReadOnlyList<PinnedRequirement> Requirements { get; }

    public bool IsEmpty => Requirements.Count == 0;

    /// <summary>
    /// Renders the canonical text that pip is given: one requirement a line, sorted by name, no comments, a newline at
    /// the end. It is sorted because the order means nothing to pip's resolver and must not lead to a new image.
    /// </summary>
    public string Render() =>
        string.Concat(
            Requirements.Select(r => r.ToString()).Distinct().Order(StringComparer.Ordinal).Select(line => line + "\n")
        );

    /// <summary>
    /// Reads pip's requirements format: comments, continuation lines, extras, specifiers, markers and hashes.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="field">Path of the field it came from, for messages.</param>
    /// <param name="requireHashes">Whether every requirement must be pinned and carry a hash.</param>
    public static Parsed<RequirementsFile> Parse(string text, string field, bool requireHashes)
    {
        if (Truncation.Utf8Length(text) > MaxBytes)
        {
            return Parsed<RequirementsFile>.Wrong(
                field,
                $"{Truncation.Utf8Length(text)} bytes of requirements",
                $"keep it below {MaxBytes} bytes"
            );
        }

        var problems = new List<FieldError>();
        var requirements = new List<PinnedRequirement>();
        foreach (var (line, number) in LogicalLines(text))
        {
            if (problems.Count >= MaxProblems)
            {
                break;
            }

            var where = $"{field} line {number}";
            if (UntrustedText.HasControl(line.Replace('\t', ' ')))
            {
                problems.Add(
                    Problem.At(where, $"{Quoted.Of(line)} holds a control character", "use printable characters only")
                );
            }
            else if (line.Length > MaxLineLength)
            {
                problems.Add(
                    Problem.At(
                        where,
                        $"{line.Length} characters in one line",
                        $"keep a line below {MaxLineLength} characters"
                    )
                );
            }
            else
            {
                Add(RequirementLine.Parse(line, number, field), where);
            }
        }

        return problems.Count > 0
            ? Parsed<RequirementsFile>.Wrong(problems)
            : Parsed<RequirementsFile>.Of(new RequirementsFile(requirements));

        void Add(Parsed<PinnedRequirement> parsed, string where)
        {
            problems.AddRange(parsed.Problems);
            if (!parsed.TryGet(out var requirement))
            {
                return;
            }

            requirements.Add(requirement);
            if (requireHashes && (requirement.Hashes.Count == 0 || !requirement.IsPinned))
            {
                problems.Add(
                    Problem.At(
                        where,
                        $"{requirement.Name} isn't pinned with a hash",
                        "write name==version --hash=sha256:…, or set requireHashes to false"
                    )
                );
            }
        }
    }

    /// <summary>
    /// Returns the lines with continuations joined, comments and blank lines left out, each with the number of its
    /// first line. A comment begins at the start of a line or after white space (pip, req_file.py, COMMENT_RE), and a
    /// comment line ends a continuation.
    /// </summary>
    private static IEnumerable<(string Line, int Number)> LogicalLines(string text)
    {
        var joined = new StringBuilder();
        var first = 0;
        var number = 0;
        foreach (var raw in text.TrimStart('\uFEFF').Split('\n'))
        {
            number++;
            var line = raw.TrimEnd('\r');
            if (first == 0)
            {
                first = number;
            }

            var isComment = line.TrimStart(' ', '\t').StartsWith('#');
            if (!isComment && line.EndsWith('\\'))
            {
                joined.Append(line, 0, line.Length - 1).Append(' ');
                continue;
            }

            if (Finish(joined.Append(line).ToString()) is { Length: > 0 } finished)
            {
                yield return (finished, first);
            }

            joined.Clear();
            first = 0;
        }

        if (Finish(joined.ToString()) is { Length: > 0 } rest)
        {
            yield return (rest, first);
        }
    }

    private static string Finish(string line)
    {
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '#' && (i == 0 || line[i - 1] is ' ' or '\t'))
            {
                return line[..i].Trim(' ', '\t');
            }
        }

        return line.Trim(' ', '\t');
    }
}
