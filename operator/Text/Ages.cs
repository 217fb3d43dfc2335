using GemmaOperator.Text;

namespace GemmaOperator.Text;

/// <summary>Renders times as people say them.</summary>
internal static class Ages
{
    /// <summary>Returns a length of time in at most two units: <c>3d4h</c>, <c>12m30s</c>, <c>0s</c>.</summary>
    public static string Span(TimeSpan span) => AgeText.Span(span);

    public static string Since(DateTime? time, DateTime now) => time is { } at ? Span(now - at) : "";

    /// <summary>Returns <c>3d4h ago</c> or <c>in 5m</c>.</summary>
    public static string Relative(DateTime time, DateTime now) => AgeText.Relative(time, now);

    public static string Utc(DateTime time) => AgeText.Utc(time);
}
