using System.Text.RegularExpressions;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs.Pip;

/// <summary>
/// Reads a version clause such as <c>&gt;=1.2</c> or <c>==1.2.*</c>: PEP 440's operators, and what each takes. pip 24.1
/// and later refuse everything else; earlier ones took some of it, and warned.
/// </summary>
internal static partial class VersionClause
{
    /// <summary>Longer ones first.</summary>
    private static readonly string[] Operators = ["===", "==", "~=", "!=", "<=", ">=", "<", ">"];

    /// <summary>Reads a clause; null when there is none, and the cursor then says why.</summary>
    public static string? Read(TextCursor cursor)
    {
        if (Array.Find(Operators, cursor.Take) is not { } operation)
        {
            cursor.Fail(
                $"there is {Quoted.Of(cursor.Rest)} where a version clause would stand",
                "write name, name==1.2.3 or name>=1,<2, as in PEP 508"
            );
            return null;
        }

        cursor.SkipSpace();
        var version = cursor.TakeWhile(c => c is not (' ' or '\t' or ',' or ';' or '(' or ')'));
        return ProblemOf(operation, version) is { } wrong && !cursor.Fail(wrong.Problem, wrong.Remedy)
            ? null
            : operation + version;
    }

    /// <summary>Says why an operator doesn't take a version; null when it does.</summary>
    public static (string Problem, string Remedy)? ProblemOf(string operation, string version)
    {
        if (version.Length == 0)
        {
            return ($"no version follows {operation}", $"write for example {operation}1.2.3");
        }

        if (operation == "===")
        {
            return Arbitrary().IsMatch(version)
                ? null
                : ($"{Quoted.Of(version)} isn't a version", "behind === write letters, digits and .*+!_- only");
        }

        var match = Version().Match(version);
        if (!match.Success)
        {
            return (
                $"{Quoted.Of(version)} isn't a version",
                "write one of PEP 440, such as 1.2.3, 1.2rc1 or 1.2.post1, or === before any other text"
            );
        }

        var (isExact, plain) = (operation is "==" or "!=", match.Groups["public"].Value);
        if (match.Groups["any"].Success && (!isExact || match.Groups["suffix"].Value.Length > 0))
        {
            return isExact
                ? ($"{Quoted.Of(version)} isn't a version", "write .* behind a plain number, such as 1.2.*")
                : (
                    $"{operation} takes no .*, only == and != do",
                    $"write {operation}{(operation == "~=" && !plain.Contains('.') ? plain + ".0" : plain)}"
                );
        }

        if (match.Groups["local"].Success && !isExact)
        {
            return (
                $"{operation} takes no local version ({match.Groups["local"].Value}), only == and != do",
                $"write {operation}{plain}"
            );
        }

        return operation == "~=" && !match.Groups["release"].Value.Contains('.')
            ? ("~= takes a version of two numbers or more", $"write >={version}, or ~={plain}.0")
            : null;
    }

    /// <summary>
    /// Matches PEP 440's versions in every form that it normalises (appendix B), with what only some operators take.
    /// </summary>
    [GeneratedRegex(
        @"\A(?<public>v?([0-9]+!)?(?<release>[0-9]+(\.[0-9]+)*)"
            + @"(?<suffix>([-_.]?(alpha|beta|preview|pre|a|b|c|rc)[-_.]?[0-9]*)?"
            + @"(-[0-9]+|[-_.]?(post|rev|r)[-_.]?[0-9]*)?([-_.]?dev[-_.]?[0-9]*)?))"
            + @"((?<any>\.\*)|(?<local>\+[a-z0-9]+([-_.][a-z0-9]+)*))?\z",
        RegexOptions.ExplicitCapture
            | RegexOptions.NonBacktracking
            | RegexOptions.IgnoreCase
            | RegexOptions.CultureInvariant
    )]
    private static partial Regex Version();

    [GeneratedRegex(@"\A[A-Za-z0-9.*+!_-]+\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Arbitrary();
}
