using System.Text.RegularExpressions;
using GemmaOperator.Api.Updates;
using GemmaOperator.Builds.Inputs.Pip;

namespace GemmaOperator.Builds.Inputs.Cooldowns;

/// <summary>
/// Reads which package and version mends a finding. A scanner's words are a stranger's: what can't be a Python
/// package's is none.
/// </summary>
internal static partial class PackageFix
{
    /// <summary>Returns the fix; null for what is no package or version that pip would take.</summary>
    /// <param name="package">Name, as a scanner tells it.</param>
    /// <param name="version">The version that mends it.</param>
    /// <param name="since">When that was known (UTC).</param>
    public static YoungerFix? Read(string package, string version, DateTime? since) =>
        Name().IsMatch(package) && Version().IsMatch(version)
            ? new YoungerFix
            {
                Package = PinnedRequirement.Normalize(package),
                Version = version,
                Since = since,
            }
            : null;

    /// <summary>Renders what pip is asked for; null for what can't be asked for.</summary>
    public static string? Render(YoungerFix fix) =>
        Read(fix.Package, fix.Version, fix.Since) is { } read ? $"{read.Package}=={read.Version}" : null;

    [GeneratedRegex(
        @"\A[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?\z",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Name();

    /// <summary>Matches PEP 440 without what only Debian has: an epoch by colon, a revision by hyphen.</summary>
    [GeneratedRegex(
        @"\A([0-9]{1,4}!)?[0-9][A-Za-z0-9._]{0,62}(\+[A-Za-z0-9.]{1,32})?\z",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Version();
}
