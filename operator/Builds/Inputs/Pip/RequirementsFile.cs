using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs.Pip;

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

    private RequirementsFile(IReadOnlyList<PinnedRequirement> requirements, string field) =>
        (Requirements, Field) = (requirements, field);

    /// <summary>Holds a file without requirements.</summary>
    public static RequirementsFile Empty { get; } = new([], "");

    /// <summary>Gets the requirements in the order of the text.</summary>
    public IReadOnlyList<PinnedRequirement> Requirements { get; }

    /// <summary>Gets the path of the field that the text came from.</summary>
    public string Field { get; }

    public bool IsEmpty => Requirements.Count == 0;

    /// <summary>Renders the text that pip is given.</summary>
    public string Render() => Canonical();

    /// <summary>
    /// Returns what tells these requirements from others: one requirement a line, sorted by name, no comments, a
    /// newline at the end. It is sorted because the order means nothing to pip's resolver and must not lead to a new
    /// image. What pip is given may be written otherwise one day; this may not.
    /// </summary>
    public string Canonical() => string.Concat(Lines().Select(line => line.Key + "\n"));

    /// <summary>
    /// Returns for each line of <see cref="Render"/> where the user wrote it, first: pip counts the lines of what it is
    /// given.
    /// </summary>
    public IReadOnlyList<int> SourceLines() => [.. Lines().Select(line => line.Min(r => r.Line))];

    private IEnumerable<IGrouping<string, PinnedRequirement>> Lines() =>
        Requirements
            .GroupBy(r => r.ToString(), StringComparer.Ordinal)
            .OrderBy(line => line.Key, StringComparer.Ordinal);

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

        if (text.AsSpan().IndexOfAny('\0', '\uFFFD') >= 0)
        {
            return Parsed<RequirementsFile>.Wrong(
                field,
                "its text was read in an encoding that it isn't written in, such as UTF-16",
                "save the file as UTF-8 and apply it again"
            );
        }

        var problems = new List<FieldError>();
        var requirements = new List<PinnedRequirement>();
        foreach (var (line, number) in LogicalLines.Read(text))
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

        if (problems.Count == 0 && requirements.Exists(r => r.Marker is null && r.Hashes.Count > 0))
        {
            problems.AddRange(WithoutHash(requirements, field));
        }

        return problems.Count > 0
            ? Parsed<RequirementsFile>.Wrong(problems)
            : Parsed<RequirementsFile>.Of(new RequirementsFile(requirements, field));

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

    /// <summary>One hash makes pip ask for all of them (its hash-checking mode), after minutes of a build.</summary>
    private static IEnumerable<FieldError> WithoutHash(List<PinnedRequirement> requirements, string field) =>
        requirements
            .Where(r => r.Marker is null && r.Hashes.Count == 0)
            .Take(MaxProblems)
            .Select(r =>
                Problem.At(
                    $"{field} line {r.Line}",
                    $"{r.Name} has no hash, and pip asks for one everywhere as soon as one requirement has it",
                    "write name==version --hash=sha256:…, or leave out the other hashes"
                )
            );
}
