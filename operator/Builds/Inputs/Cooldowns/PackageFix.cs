using System.Globalization;
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

    /// <summary>
    /// Returns the version that mends what is installed out of those that scanners name, one for each line that is
    /// maintained, as in <c>1.26.20, 2.6.3</c>: the lowest that is above it, which the requirements take most likely.
    /// Returns null where it can't be told.
    /// </summary>
    /// <param name="installed">The version in the image.</param>
    /// <param name="versions">The versions that mend it, with commas between them.</param>
    public static string? Choose(string installed, string versions)
    {
        var named = versions.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (named is [var only])
        {
            return only;
        }

        var there = Release(installed);
        return there is null
            ? null
            : named
                .Select(version => (Version: version, Release: Release(version)))
                .Where(v => v.Release is not null && Compare(v.Release, there) > 0)
                .OrderBy(v => v.Release!, Comparer<IReadOnlyList<long>>.Create(Compare))
                .Select(v => v.Version)
                .FirstOrDefault();
    }

    /// <summary>Returns the numbers of a version's release; null for one that has more than those.</summary>
    private static IReadOnlyList<long>? Release(string version) =>
        PlainRelease().IsMatch(version)
            ? [.. version.Split('.').Select(number => long.Parse(number, CultureInfo.InvariantCulture))]
            : null;

    /// <summary>Compares releases as PEP 440 does: 1.2 and 1.2.0 are the same.</summary>
    private static int Compare(IReadOnlyList<long> one, IReadOnlyList<long> other)
    {
        var length = Math.Max(one.Count, other.Count);
        return one.Concat(Enumerable.Repeat(0L, length - one.Count))
            .Zip(other.Concat(Enumerable.Repeat(0L, length - other.Count)), (a, b) => a.CompareTo(b))
            .FirstOrDefault(order => order != 0);
    }

    [GeneratedRegex(@"\A[0-9]{1,9}(\.[0-9]{1,9}){0,7}\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex PlainRelease();

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
