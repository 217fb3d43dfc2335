using System.Globalization;

namespace GemmaOperator.Text;

/// <summary>Renders times as people say them.</summary>
internal static class Ages
{
    /// <summary>Returns a length of time in at most two units: <c>3d4h</c>, <c>12m30s</c>, <c>0s</c>.</summary>
    public static string Span(TimeSpan span)
    {
        span = span < TimeSpan.Zero ? TimeSpan.Zero : span;
        (int Big, string BigUnit, int Small, string SmallUnit) = span switch
        {
            { TotalDays: >= 10 } => ((int)span.TotalDays, "d", 0, "h"),
            { TotalDays: >= 1 } => (span.Days, "d", span.Hours, "h"),
            { TotalHours: >= 1 } => (span.Hours, "h", span.Minutes, "m"),
            { TotalMinutes: >= 1 } => (span.Minutes, "m", span.Seconds, "s"),
            _ => (span.Seconds, "s", 0, ""),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{Big}{BigUnit}{(Small > 0 ? $"{Small}{SmallUnit}" : "")}");
    }

    /// <summary>Returns how long ago it was; nothing where that isn't known.</summary>
    public static string Since(DateTime? time, DateTime now) => time is { } at ? Span(now - at) : "";

    /// <summary>Returns <c>3d4h ago</c> or <c>in 5m</c>.</summary>
    public static string Relative(DateTime time, DateTime now) =>
        time > now ? $"in {Span(time - now)}" : $"{Span(now - time)} ago";

    public static string Utc(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
