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

    /// <summary>Gets what a lock is for; null where pip chooses what to install.</summary>
    public LockScope? Lock { get; private init; }

    public bool IsEmpty => Requirements.Count == 0;

    /// <summary>Tells whether exactly these are installed, and nothing that they need besides.</summary>
    public bool IsLock => Lock is not null;

    /// <summary>Returns what a lock of which everything was understood comes to.</summary>
    /// <param name="requirements">Each with one version, and hashes.</param>
    /// <param name="scope">What it is for.</param>
    /// <param name="field">Path of the field that it came from.</param>
    public static RequirementsFile Locked(
        IReadOnlyList<PinnedRequirement> requirements,
        LockScope scope,
        string field
    ) => new(requirements, field) { Lock = scope };

    /// <summary>Renders the text that pip is given.</summary>
    public string Render() => Canonical();

    /// <summary>
    /// Returns what tells these requirements from others: one requirement a line, sorted by name, no comments, a
    /// newline at the end. It is sorted because the order means nothing to pip's resolver and must not lead to a new
    /// image. What pip is given may be written otherwise one day; this may not.
    /// </summary>
    public string Canonical() =>
        string.Concat(Lines().Select(line => line.Key).Concat(Lock?.Comments() ?? []).Select(line => line + "\n"));

    /// <summary>
    /// Returns for each line of <see cref="Render"/> where the user wrote it, first: pip counts the lines of what it is
    /// given. What a lock is for stands behind them. Empty where a lock is written so that nobody knows.
    /// </summary>
    public IReadOnlyList<int> SourceLines() =>
        Requirements.Any(r => r.Line == 0) ? [] : [.. Lines().Select(line => line.Min(r => r.Line))];

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
        if (ProblemOf(text, field, MaxBytes) is { } unreadable)
        {
            return Parsed<RequirementsFile>.Wrong([unreadable]);
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

    /// <summary>Returns why a text can't be read at all; null when it can.</summary>
    /// <param name="text">The text.</param>
    /// <param name="field">Path of the field it came from.</param>
    /// <param name="most">Bytes that it may have.</param>
    public static FieldError? ProblemOf(string text, string field, int most) =>
        Truncation.Utf8Length(text) is var bytes && bytes > most
            ? Problem.At(field, $"{bytes} bytes of requirements", $"keep it below {most} bytes")
        : text.AsSpan().IndexOfAny('\0', '\uFFFD') >= 0
            ? Problem.At(
                field,
                "its text was read in an encoding that it isn't written in, such as UTF-16",
                "save the file as UTF-8 and apply it again"
            )
        : null;

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
