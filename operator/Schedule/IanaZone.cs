using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace GemmaOperator.Schedule;

/// <summary>Time zones by IANA name, never by a Windows name, a path or an offset.</summary>
internal static partial class IanaZone
{
    public static bool TryFind(string name, [NotNullWhen(true)] out TimeZoneInfo? zone)
    {
        zone = null;
        if (!Pattern().IsMatch(name)) return false;
        if (name is "UTC" or "Etc/UTC") zone = TimeZoneInfo.Utc;
        else if (!TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone) || !zone.HasIanaId) zone = null;
        return zone is not null;
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_+-]{1,31}(/[A-Za-z0-9][A-Za-z0-9_+-]{0,31}){0,2}\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
