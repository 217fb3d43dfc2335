using System.Globalization;
using System.Text.RegularExpressions;

namespace GemmaOperator.Builds.Steps.Assemble;

/// <summary>
/// Says which minors of libtorch a server runs on. Servers that call its stable C interface say bounds, as
/// <c>&gt;=2.10,&lt;3</c>; earlier ones were compiled for a single minor and say that, as <c>2.10</c>. Only major and
/// minor count, so that a prerelease is of its minor.
/// </summary>
internal sealed partial class LibtorchRange
{
    private readonly IReadOnlyList<Func<(int Major, int Minor), bool>> _bounds;

    private LibtorchRange(IReadOnlyList<Func<(int Major, int Minor), bool>> bounds) => _bounds = bounds;

    /// <summary>Reads a label; null when it says nothing that is understood.</summary>
    public static LibtorchRange? Parse(string label)
    {
        var bounds = label.Split(',', StringSplitOptions.TrimEntries).Select(Bound).ToList();
        return bounds.Contains(null) ? null : new LibtorchRange([.. bounds.OfType<Func<(int, int), bool>>()]);
    }

    /// <summary>Tells whether a version such as <c>2.13.0+cu130</c> is within.</summary>
    public bool Holds(string version) =>
        Leading().Match(version) is { Success: true } match && _bounds.All(bound => bound(MinorOf(match)));

    private static Func<(int Major, int Minor), bool>? Bound(string text)
    {
        if (Term().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var limit = MinorOf(match);
        return match.Groups["relation"].Value switch
        {
            ">=" => minor => minor.CompareTo(limit) >= 0,
            "<" => minor => minor.CompareTo(limit) < 0,
            _ => minor => minor == limit,
        };
    }

    private static (int Major, int Minor) MinorOf(Match match) =>
        (Number(match.Groups["major"]), match.Groups["minor"].Success ? Number(match.Groups["minor"]) : 0);

    private static int Number(Group digits) => int.Parse(digits.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^(?<relation>>=|<|)\s*(?<major>[0-9]{1,4})(\.(?<minor>[0-9]{1,4})(\.[0-9]{1,4})?)?$",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Term();

    [GeneratedRegex(@"^(?<major>[0-9]{1,4})\.(?<minor>[0-9]{1,4})(?![0-9])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Leading();
}
