using System.Text.RegularExpressions;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs.Pip;

/// <summary>
/// Reads what follows a requirement, or stands alone: of pip's options only <c>--hash</c> is taken; for others a field
/// says the same, or nothing may.
/// </summary>
internal static partial class RequirementOptions
{
    private const string Index = "set spec.requirements.indexURL or extraIndexURLs";
    private const string Publish = "publish the package in an index";
    private const string OneText = "write all requirements in one text";
    private const string LeaveOut = "leave it out; only --hash=sha256:… may follow a requirement";

    /// <summary>Says what pip's options would do, and which field says it instead.</summary>
    private static readonly (string Long, string Short, string Remedy)[] Known =
    [
        ("--index-url", "-i", Index),
        ("--pypi-url", "-i", Index),
        ("--extra-index-url", "", Index),
        ("--no-index", "", Index),
        ("--find-links", "-f", Index),
        ("--trusted-host", "", "serve the index with a trusted certificate"),
        ("--require-hashes", "", "set spec.requirements.requireHashes"),
        ("--editable", "-e", Publish),
        ("--requirement", "-r", OneText),
        ("--constraint", "-c", OneText),
        ("--pre", "", "leave it out; a clause such as >=2.0rc1 lets prereleases of one package in"),
    ];

    /// <summary>Reads the hashes; says what else there is.</summary>
    public static Parsed<IReadOnlyList<string>> Parse(string text, string where)
    {
        var hashes = new SortedSet<string>(StringComparer.Ordinal);
        var words = text.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++)
        {
            var word = words[i];
            // optparse takes the value as a word of its own, too.
            var value = word == "--hash" && i + 1 < words.Length ? words[++i] : null;
            value ??= word.StartsWith("--hash=", StringComparison.Ordinal) ? word["--hash=".Length..] : null;
            if (value is null)
            {
                return Parsed<IReadOnlyList<string>>.Wrong(
                    where,
                    $"the option {Quoted.Of(word.Split('=', 2)[0])} isn't allowed",
                    RemedyFor(word)
                );
            }

            if (!Hash().IsMatch(Unquoted(value)))
            {
                return Parsed<IReadOnlyList<string>>.Wrong(
                    where,
                    $"{Quoted.Of(value)} isn't a hash that pip takes",
                    "write sha256: and 64 hexadecimal digits (or sha384, sha512), or leave it out"
                );
            }

            // pip compares with lower case.
            hashes.Add(Unquoted(value).ToLowerInvariant());
        }

        return Parsed<IReadOnlyList<string>>.Of([.. hashes]);
    }

    private static string RemedyFor(string word)
    {
        var name = word.Split('=', 2)[0];
        var isLong = name.StartsWith("--", StringComparison.Ordinal);
        // optparse takes the beginning of a name for the name.
        return Known
                .FirstOrDefault(o =>
                    isLong
                        ? name.Length > 3 && o.Long.StartsWith(name, StringComparison.Ordinal)
                        : o.Short.Length > 0 && name.StartsWith(o.Short, StringComparison.Ordinal)
                )
                .Remedy
            ?? LeaveOut;
    }

    private static string Unquoted(string value) =>
        value.Length > 1 && value[0] is '"' or '\'' && value[^1] == value[0] ? value[1..^1] : value;

    [GeneratedRegex(
        @"\A(sha256:[0-9A-Fa-f]{64}|sha384:[0-9A-Fa-f]{96}|sha512:[0-9A-Fa-f]{128})\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Hash();
}
