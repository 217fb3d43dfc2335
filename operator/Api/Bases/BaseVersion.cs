using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace GemmaOperator.Api.Bases;

/// <summary>
/// Holds a version of three numbers, as 2.10.0, without leading zeros: what is named by a date, as 24.04.01, is none.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly partial record struct BaseVersion(int Major, int Minor, int Patch) : IComparable<BaseVersion>
{
    public static bool operator >(BaseVersion a, BaseVersion b) => a.CompareTo(b) > 0;

    public static bool operator <(BaseVersion a, BaseVersion b) => a.CompareTo(b) < 0;

    public static bool operator >=(BaseVersion a, BaseVersion b) => a.CompareTo(b) >= 0;

    public static bool operator <=(BaseVersion a, BaseVersion b) => a.CompareTo(b) <= 0;

    /// <summary>Returns the version that a text is; null when it is none.</summary>
    public static BaseVersion? Parse(string? text)
    {
        if (text is null || Pattern().Match(text) is not { Success: true } match)
        {
            return null;
        }

        return new BaseVersion(Number("major"), Number("minor"), Number("patch"));

        int Number(string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
    }

    public int CompareTo(BaseVersion other) => (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));

    /// <summary>Tells whether both are of one minor, so that only their patches may differ.</summary>
    public bool IsOfMinorOf(BaseVersion other) => (Major, Minor) == (other.Major, other.Minor);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Patch}");

    [GeneratedRegex(
        @"\A(?<major>0|[1-9][0-9]{0,4})\.(?<minor>0|[1-9][0-9]{0,4})\.(?<patch>0|[1-9][0-9]{0,4})\z",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Pattern();
}
