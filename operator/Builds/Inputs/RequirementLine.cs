using System.Text.RegularExpressions;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>
/// Reads one logical line of a requirements file. The grammar is PEP 508's by name, with <c>--hash</c> as the only
/// option; all else that pip would accept on a line (options, files, addresses, editable installs) is refused, because
/// it would reach places that the spec has fields for, or that no index vouches for.
/// </summary>
internal static partial class RequirementLine
{
    private const string IndexRemedy = "set spec.requirements.indexURL or extraIndexURLs";

    /// <summary>Says what pip's options would do, and which field says it instead.</summary>
    private static readonly (string Prefix, string Remedy)[] Options =
    [
        ("--index-url", IndexRemedy),
        ("-i", IndexRemedy),
        ("--extra-index-url", IndexRemedy),
        ("--no-index", IndexRemedy),
        ("--find-links", IndexRemedy),
        ("-f", IndexRemedy),
        ("--trusted-host", "serve the index with a trusted certificate"),
        ("--require-hashes", "set spec.requirements.requireHashes"),
        ("--editable", "publish the package in an index"),
        ("-e", "publish the package in an index"),
        ("--requirement", "write all requirements in one text"),
        ("-r", "write all requirements in one text"),
        ("--constraint", "write all requirements in one text"),
        ("-c", "write all requirements in one text"),
    ];

    /// <summary>Reads a line without comment and continuation.</summary>
    public static Parsed<PinnedRequirement> Parse(string line, int number, string field)
    {
        var where = $"{field} line {number}";
        line = line.Replace('\t', ' ');
        if (line.StartsWith('-'))
        {
            return Option(line, where);
        }

        var words = line.Split(" --", 2, StringSplitOptions.TrimEntries);
        var hashes = new List<string>();
        if (words.Length == 2)
        {
            foreach (var option in ("--" + words[1]).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (Hash().Match(option) is not { Success: true } hash)
                {
                    return Option(option, where);
                }

                hashes.Add(hash.Groups["hash"].Value.ToLowerInvariant());
            }
        }

        if (Address().IsMatch(words[0]))
        {
            return Wrong(
                where,
                $"{UntrustedText.Show(line)} is an address or a file",
                "name the package and its version, and serve it from an index"
            );
        }

        var match = Grammar().Match(words[0]);
        var extras = Split(match.Groups["extras"].Value);
        var clauses = Split(Spaces().Replace(match.Groups["clauses"].Value, ""));
        if (!match.Success || !extras.All(e => Extra().IsMatch(e)) || !clauses.All(c => Clause().IsMatch(c)))
        {
            return Wrong(
                where,
                $"{UntrustedText.Show(line)} isn't a requirement",
                "write name, name==1.2.3 or name>=1,<2, as in PEP 508"
            );
        }

        var marker = match.Groups["marker"];
        if (marker.Success && !Marker().IsMatch(marker.Value))
        {
            return Wrong(
                where,
                $"{UntrustedText.Show(marker.Value)} isn't an environment marker",
                "write for example: ; python_version >= \"3.10\""
            );
        }

        return Parsed<PinnedRequirement>.Of(
            new PinnedRequirement(
                match.Groups["name"].Value,
                Sorted(extras.Select(PinnedRequirement.Normalize)),
                Sorted(clauses),
                marker.Success ? Spaces().Replace(marker.Value.Trim(), " ") : null,
                Sorted(hashes),
                number
            )
        );
    }

    private static string[] Split(string list) =>
        list.Trim().Length == 0 ? [] : list.Split(',', StringSplitOptions.TrimEntries);

    private static List<string> Sorted(IEnumerable<string> words) =>
        [.. words.Distinct().Order(StringComparer.Ordinal)];

    private static Parsed<PinnedRequirement> Option(string word, string where)
    {
        var name = word.Split([' ', '='], 2)[0];
        var known = Options.FirstOrDefault(o =>
            name == o.Prefix
            || (
                o.Prefix.Length == 2
                && name.StartsWith(o.Prefix, StringComparison.Ordinal)
                && !name.StartsWith("--", StringComparison.Ordinal)
            )
        );
        var remedy = known.Remedy ?? "leave it out; only --hash=sha256:… may follow a requirement";
        return Wrong(where, $"the option {UntrustedText.Show(name)} isn't allowed", remedy);
    }

    private static Parsed<PinnedRequirement> Wrong(string where, string problem, string remedy) =>
        Parsed<PinnedRequirement>.Wrong(where, problem, remedy);

    /// <summary>Direct references (<c>name @ …</c>), version control, URLs, paths and wheel files.</summary>
    [GeneratedRegex(
        @"@|://|\A[./~]|\\|\A(git|hg|svn|bzr)\+|\Afile:|\.(whl|zip|tar\.gz|tgz|tar\.bz2)\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Address();

    [GeneratedRegex(
        @"\A(?<name>[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?) *"
            + @"(\[(?<extras>[A-Za-z0-9._, -]*)\])? *(?<clauses>[=~!<>][^;\[\]()]*)?(;(?<marker>[^;]+))?\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Grammar();

    [GeneratedRegex(
        @"\A[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Extra();

    [GeneratedRegex(
        @"\A(===|==|~=|!=|<=|>=|<|>)[A-Za-z0-9][A-Za-z0-9.*+!_-]*\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Clause();

    /// <summary>
    /// Names, comparisons, quoted words, brackets: nothing that a shell, a Dockerfile or pip's option parser reads.
    /// </summary>
    [GeneratedRegex(
        @"\A[A-Za-z0-9_.()<>=!~ ]*((""[A-Za-z0-9_.+ -]*""|'[A-Za-z0-9_.+ -]*')[A-Za-z0-9_.()<>=!~ ]*)+\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Marker();

    [GeneratedRegex(
        @"\A--hash=(?<hash>sha256:[0-9A-Fa-f]{64}|sha384:[0-9A-Fa-f]{96}|sha512:[0-9A-Fa-f]{128})\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Hash();

    [GeneratedRegex(@" +", RegexOptions.NonBacktracking)]
    private static partial Regex Spaces();
}
