using System.Text.RegularExpressions;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs.Pip;

/// <summary>
/// Reads one logical line of a requirements file. The grammar is PEP 508's by name, with <c>--hash</c> as the only
/// option; all else that pip would accept on a line (options, files, addresses, editable installs) is refused, because
/// it would reach places that the spec has fields for, or that no index vouches for.
/// </summary>
internal static partial class RequirementLine
{
    private const int MaxNameLength = 128;

    /// <summary>Reads a line without comment and continuation.</summary>
    public static Parsed<PinnedRequirement> Parse(string line, int number, string field)
    {
        var where = $"{field} line {number}";
        if (Foreign(line) is { } foreign)
        {
            return Wrong(where, foreign.Problem, foreign.Remedy);
        }

        // As pip does (break_args_options): from the first word that begins with a hyphen, quotes or not.
        var split = OptionStart(line);
        var (own, options) = (line[..split].Trim(), line[split..]);
        if (own.Length > 0)
        {
            var requirement = Read(own, number, where);
            if (!requirement.TryGet(out var read) || options.Length == 0)
            {
                return requirement;
            }

            var hashes = RequirementOptions.Parse(options, where);
            return hashes.TryGet(out var list)
                ? Parsed<PinnedRequirement>.Of(read with { Hashes = list })
                : Parsed<PinnedRequirement>.Wrong(hashes.Problems);
        }

        return RequirementOptions.Parse(options, where) is { Problems: { Count: > 0 } problems }
            ? Parsed<PinnedRequirement>.Wrong(problems)
            : Wrong(where, "a hash without a requirement", @"end the line before it with a blank and \");
    }

    private static int OptionStart(string line)
    {
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '-' && (i == 0 || line[i - 1] is ' ' or '\t'))
            {
                return i;
            }
        }

        return line.Length;
    }

    /// <summary>Says what no requirement holds, wherever it stands; null when there is nothing of the kind.</summary>
    private static (string Problem, string Remedy)? Foreign(string line)
    {
        if (Variable().Match(line) is { Success: true } variable)
        {
            return (
                $"{Quoted.Of(line)} isn't a requirement that is the same everywhere: pip would put an environment "
                    + $"variable in the place of {variable.Value}",
                "write what it stands for; credentials of an index don't belong here"
            );
        }

        return line.FirstOrDefault(c => c > '~') is var strange and not '\0'
            ? (
                $"{Quoted.Of(line)} holds U+{(int)strange:X4}, which isn't ASCII",
                "type it anew with plain letters, quotes and hyphens"
            )
            : null;
    }

    private static Parsed<PinnedRequirement> Read(string own, int number, string where)
    {
        var end = own.IndexOf(';');
        var head = (end < 0 ? own : own[..end]).TrimEnd();
        if (head.EndsWith('\\'))
        {
            return Wrong(
                where,
                $"{Quoted.Of(own)} has a blank behind its backslash",
                "end the line with the backslash"
            );
        }

        if (Address().IsMatch(head))
        {
            return Wrong(
                where,
                $"{Quoted.Of(own)} is an address or a file",
                "name the package and its version, and serve it from an index"
            );
        }

        var cursor = new TextCursor(head);
        var name = cursor.TakeWhile(IsName);
        if (!IsWhole(name) || name.Length > MaxNameLength)
        {
            return Wrong(
                where,
                $"{Quoted.Of(own)} isn't a requirement: {Quoted.Of(name)} isn't a package's name",
                $"write name, name==1.2.3 or name>=1,<2, as in PEP 508; a name has letters, digits and ._- and at most "
                    + $"{MaxNameLength} of them"
            );
        }

        var (extras, clauses) = (ReadExtras(cursor), ReadClauses(cursor));
        if (cursor.Error is { } error)
        {
            return Wrong(where, $"{Quoted.Of(own)} isn't a requirement: {error.Problem}", error.Remedy);
        }

        // pip takes a semicolon with nothing behind it.
        var marker = end < 0 || own[(end + 1)..].Trim(' ', '\t') is not { Length: > 0 } text ? null : text;
        return marker is not null && EnvironmentMarker.ProblemOf(marker) is { } wrong
            ? Wrong(where, $"{Quoted.Of(marker)} isn't an environment marker: {wrong.Problem}", wrong.Remedy)
            : Parsed<PinnedRequirement>.Of(
                new PinnedRequirement(
                    name,
                    Sorted(extras.Select(PinnedRequirement.Normalize)),
                    Sorted(clauses),
                    marker is null ? null : EnvironmentMarker.Normalize(marker),
                    [],
                    number
                )
            );
    }

    private static List<string> ReadExtras(TextCursor cursor)
    {
        var extras = new List<string>();
        cursor.SkipSpace();
        if (!cursor.Take("["))
        {
            return extras;
        }

        cursor.SkipSpace();
        while (cursor.Next != ']' || extras.Count > 0)
        {
            cursor.SkipSpace();
            var extra = cursor.TakeWhile(IsName);
            extras.Add(extra);
            cursor.SkipSpace();
            if (!IsWhole(extra))
            {
                cursor.Fail($"{Quoted.Of(extra)} isn't an extra", "write extras as in name[first,second]");
                return extras;
            }

            if (!cursor.Take(","))
            {
                break;
            }
        }

        if (!cursor.Take("]"))
        {
            cursor.Fail("its extras aren't closed", "write extras as in name[first,second]");
        }

        return extras;
    }

    private static List<string> ReadClauses(TextCursor cursor)
    {
        var clauses = new List<string>();
        cursor.SkipSpace();
        var isBracketed = cursor.Take("(");
        cursor.SkipSpace();
        while (cursor.Error is null && !cursor.IsAtEnd && !(isBracketed && cursor.Next == ')'))
        {
            if (VersionClause.Read(cursor) is not { } clause)
            {
                return clauses;
            }

            clauses.Add(clause);
            cursor.SkipSpace();
            if (!cursor.Take(","))
            {
                break;
            }

            cursor.SkipSpace();
        }

        if (isBracketed && !cursor.Take(")"))
        {
            cursor.Fail("a bracket isn't closed", "write name (>=1,<2), or leave the brackets out");
        }

        cursor.SkipSpace();
        if (!cursor.IsAtEnd)
        {
            cursor.Fail($"there is {Quoted.Of(cursor.Rest)} behind its version", "put a comma between two clauses");
        }

        return clauses;
    }

    private static bool IsName(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-';

    private static bool IsWhole(string name) =>
        name.Length > 0 && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1]);

    private static List<string> Sorted(IEnumerable<string> words) =>
        [.. words.Distinct().Order(StringComparer.Ordinal)];

    private static Parsed<PinnedRequirement> Wrong(string where, string problem, string remedy) =>
        Parsed<PinnedRequirement>.Wrong(where, problem, remedy);

    /// <summary>Matches what pip expands from its environment (req_file.py, ENV_VAR_RE).</summary>
    [GeneratedRegex(@"\$\{[A-Z0-9_]+\}", RegexOptions.NonBacktracking)]
    private static partial Regex Variable();

    /// <summary>Matches direct references (<c>name @ …</c>), version control, URLs, paths and wheel files.</summary>
    [GeneratedRegex(
        @"@|/|\A[.~]|\\|\A(git|hg|svn|bzr)\+|\Afile:|\.(whl|zip|tar\.gz|tgz|tar\.bz2)\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Address();
}
