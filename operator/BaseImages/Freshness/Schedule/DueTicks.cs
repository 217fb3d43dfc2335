namespace GemmaOperator.BaseImages.Freshness.Schedule;

/// <summary>Says which tick, if any, makes a build due now, and when to look again.</summary>
/// <param name="Due">The newest tick that is due and not too old; missed ones before it collapse into it.</param>
/// <param name="Skipped">
/// The newest tick that has passed and is too old to start; null when none or when a newer one is due.
/// </param>
/// <param name="Next">The next tick to come, without jitter; null when the schedule is over.</param>
/// <param name="NextStart">When that tick will make a build due, jitter included.</param>
internal sealed record DueTicks(
    DateTimeOffset? Due,
    DateTimeOffset? Skipped,
    DateTimeOffset? Next,
    DateTimeOffset? NextStart
)
{
    /// <summary>Decides on the ticks since the last one handled.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="since">
    /// The last tick handled, or when the object (or its schedule, or its resumption) began: ticks up to then don't
    /// count, so that suspending and resuming never replays.
    /// </param>
    /// <param name="now">Now. A clock behind <paramref name="since"/> makes nothing due.</param>
    /// <param name="startingDeadline">
    /// A tick may start this long after its jittered time; negative counts as zero.
    /// </param>
    /// <param name="jitter">Delay of every tick.</param>
    /// <param name="begun">A tick that something was begun for in time; null when nothing was.</param>
    public static DueTicks Judge(
        CronSchedule schedule,
        DateTimeOffset since,
        DateTimeOffset now,
        TimeSpan startingDeadline,
        TimeSpan jitter,
        DateTimeOffset? begun = null
    )
    {
        // A tick is ready when its jittered time has come: tick + jitter <= now.
        var ready = now - jitter;
        var newest = ready > since ? schedule.LastTick(since, ready) : null;
        var next = schedule.NextTick(newest ?? (ready > since ? ready : since));
        var inTime =
            newest is { } tick
            && (tick == begun || ready - tick <= (startingDeadline < TimeSpan.Zero ? TimeSpan.Zero : startingDeadline));
        return new DueTicks(inTime ? newest : null, inTime ? null : newest, next, next + jitter);
    }
}
