using System.Globalization;
using System.Text.RegularExpressions;

namespace GemmaOperator.Schedule;

/// <summary>A duration as Kubernetes writes it: <c>2h</c>, <c>90m</c>, <c>1h30m</c>, <c>45s</c> (Go's time.ParseDuration, whole numbers).</summary>
internal static partial class GoDuration
{
    /// <summary>Longest duration that is understood: a year and a day.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromDays(366);

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        var match = Pattern().Match(text);
        if (!match.Success || text.Length == 0) return false;
        var seconds = Part(match, "h") * 3600 + Part(match, "m") * 60 + Part(match, "s");
        if (seconds > (long)Max.TotalSeconds) return false;
        duration = TimeSpan.FromSeconds(seconds);
        return true;
    }

    /// <exception cref="FormatException">It isn't a duration, which validation would have said.</exception>
    public static TimeSpan Parse(string text) =>
        TryParse(text, out var duration) ? duration : throw new FormatException($"\"{text}\" isn't a duration such as 2h or 30m");

    private static long Part(Match match, string unit) =>
        match.Groups[unit] is { Success: true } group ? long.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"\A((?<h>[0-9]{1,9})h)?((?<m>[0-9]{1,9})m)?((?<s>[0-9]{1,9})s)?\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
