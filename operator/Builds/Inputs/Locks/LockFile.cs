using System.Text.RegularExpressions;
using GemmaOperator.Builds.Inputs.Pip;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs.Locks;

/// <summary>
/// Reads a lock (<c>pylock.toml</c>, PEP 751) as the requirements that any pip installs exactly: each package by
/// version and the hashes of its wheels. What an index with hashes can't give (sources, folders, addresses) is refused
/// by its path.
/// <code>
///   [[packages]] name, version, marker, wheels[].hashes  ─►  name==version ; marker --hash=sha256:…
///   requires-python, environments                        ─►  comments, which lock.py holds against the base
/// </code>
/// </summary>
internal static partial class LockFile
{
    /// <summary>Names the field that says that a text is a lock.</summary>
    public const string Field = "spec.requirements.format";

    /// <summary>Names the list of packages.</summary>
    public const string Packages = "packages";

    /// <summary>Bounds the text: no ConfigMap has room for more. Wheels of other systems are most of it.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Bounds the packages; images of everything that there is for PyTorch have some hundred.</summary>
    public const int MaxPackages = 4096;

    /// <summary>Reads a lock, or says all that is wrong with it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="field">Path of the field it came from.</param>
    /// <param name="terms">What it must go with.</param>
    public static Parsed<RequirementsFile> Parse(string text, string field, LockTerms terms)
    {
        if (RequirementsFile.ProblemOf(text, field, MaxBytes) is { } unreadable)
        {
            return Parsed<RequirementsFile>.Wrong([unreadable]);
        }

        var document = LockDocument.Read(text.TrimStart('\uFEFF'), field);
        if (!document.TryGet(out var read))
        {
            return Parsed<RequirementsFile>.Wrong(document.Problems);
        }

        var problems = new LockProblems();
        var root = new LockTable(read.Root, $"{field} ", problems);
        var scope = LockHead.Read(root);
        var packages = scope is null ? [] : ReadPackages(root, read.PackageLines, terms);
        if (problems.Found.Count > 0)
        {
            return Parsed<RequirementsFile>.Wrong(problems.Found);
        }

        var file = RequirementsFile.Locked(packages, scope!, field);
        var length = file.Render().Length;
        return length <= RequirementsFile.MaxBytes
            ? Parsed<RequirementsFile>.Of(file)
            : Parsed<RequirementsFile>.Wrong(
                field,
                $"names, markers and hashes of its packages have {length} bytes",
                $"lock for Linux and one version of Python alone, so that they have at most {RequirementsFile.MaxBytes}"
            );
    }

    /// <summary>Decides whether a text that was to be in pip's format is a lock.</summary>
    public static bool IsMeantBy(string text) => Beginning().IsMatch(text);

    private static List<PinnedRequirement> ReadPackages(LockTable root, IReadOnlyList<int> lines, LockTerms terms)
    {
        var (found, tables) = (new List<PinnedRequirement>(), root.Tables(Packages).ToList());
        if (!root.Has(Packages))
        {
            root.Wrong(Packages, "it is missing", "make the lock anew with the tool that it is from");
        }

        if (tables.Count > MaxPackages)
        {
            root.Wrong(Packages, $"it lists {tables.Count} packages", $"list at most {MaxPackages}");
            return found;
        }

        var read = new List<(LockTable Table, PinnedRequirement Requirement)>();
        for (var i = 0; i < tables.Count && !root.Problems.IsFull; i++)
        {
            if (LockedPackage.Read(tables[i], lines.Count == tables.Count ? lines[i] : 0, terms) is { } requirement)
            {
                read.Add((tables[i], requirement));
            }
        }

        foreach (var same in read.GroupBy(r => r.Requirement.NormalizedName, StringComparer.Ordinal))
        {
            CheckTwice([.. same]);
        }

        found.AddRange(read.Select(r => r.Requirement));
        return found;
    }

    /// <summary>
    /// Tells of entries of one name that are no cases of each other: markers say which is when, and where both hold
    /// pip tells.
    /// </summary>
    private static void CheckTwice(IReadOnlyList<(LockTable Table, PinnedRequirement Requirement)> same)
    {
        for (var i = 1; i < same.Count; i++)
        {
            var marker = same[i].Requirement.Marker;
            var other = same.Take(i)
                .Select(s => (s.Table.Path, s.Requirement.Marker))
                .FirstOrDefault(s => marker is null || s.Marker is null || s.Marker == marker);
            if (other.Path is { } first)
            {
                same[i]
                    .Table.Wrong(
                        "name",
                        $"{same[i].Requirement.NormalizedName} is listed twice, here and in {first}, and no "
                            + "markers tell the two apart",
                        "list it once, or with markers of which one holds at a time"
                    );
            }
        }
    }

    [GeneratedRegex(
        @"^[ \t]*lock-version[ \t]*=[ \t]*[""']",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.Multiline
    )]
    private static partial Regex Beginning();
}
