namespace GemmaOperator.BaseImages.Freshness.Schedule;

/// <summary>Tells of a window that opens at each tick of a schedule and stays open for a while.</summary>
internal static class OpenWindow
{
    /// <summary>Returns whether it is open, and if not, when it opens next; null when it never does again.</summary>
    /// <param name="schedule">When it opens.</param>
    /// <param name="duration">How long it stays open.</param>
    /// <param name="now">The moment that is asked about.</param>
    public static (bool IsOpen, DateTimeOffset? Opens) At(
        CronSchedule schedule,
        TimeSpan duration,
        DateTimeOffset now
    ) => schedule.NextTick(now - duration) is { } tick && tick <= now ? (true, null) : (false, schedule.NextTick(now));
}
