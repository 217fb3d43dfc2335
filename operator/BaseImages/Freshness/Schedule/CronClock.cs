using Cronos;

namespace GemmaOperator.BaseImages.Freshness.Schedule;

/// <summary>
/// Finds the times at which the clock of a zone shows what a schedule asks for, as CronJobs fire: a time that the zone
/// leaves out in spring is left out, one that it has twice in autumn comes twice. Cronos finds what the calendar has;
/// it would move the one and drop the other. Times are UTC, ticks whole minutes.
/// </summary>
/// <param name="calendars">Without zones; a time of one of them is enough.</param>
/// <param name="zone">Whose clock it is.</param>
internal sealed class CronClock(IReadOnlyList<CronExpression> calendars, TimeZoneInfo zone)
{
    /// <summary>How far a CronJob looks.</summary>
    private const int Years = 5;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);

    private readonly bool _isMoved = zone.GetAdjustmentRules().Length > 0;

    /// <summary>Returns the first tick after a time; null when none comes within five years.</summary>
    public DateTime? Next(DateTime after)
    {
        var from = new DateTime(after.Ticks - (after.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);
        var (last, counts) = (from.AddYears(Years), false);
        while (from <= last)
        {
            var offset = zone.GetUtcOffset(from);
            if (OnCalendar(from + offset, counts) is not { } shown)
            {
                return null;
            }

            var tick = shown - offset;
            if (Moved(from, tick, offset) is not { } moved)
            {
                return tick <= last ? tick : null;
            }

            // From there on the clock shows another time, perhaps one that it has shown before.
            (from, counts) = (moved, true);
        }

        return null;
    }

    private DateTime? OnCalendar(DateTime local, bool inclusive) =>
        calendars
            .Select(c => c.GetNextOccurrence(DateTime.SpecifyKind(local, DateTimeKind.Utc), inclusive))
            .Where(next => next is not null)
            .Min();

    /// <summary>Returns the first second of a span at which the clock stands otherwise; null when none.</summary>
    private DateTime? Moved(DateTime after, DateTime until, TimeSpan offset)
    {
        for (var day = after; _isMoved && day < until; )
        {
            var next = until - day > OneDay ? day + OneDay : until;
            if (zone.GetUtcOffset(next) != offset)
            {
                return Halve(day, next, offset);
            }

            day = next;
        }

        return null;
    }

    private DateTime Halve(DateTime before, DateTime after, TimeSpan offset)
    {
        while (after - before > Second)
        {
            var middle = before.AddSeconds(Math.Floor((after - before).TotalSeconds / 2));
            (before, after) = zone.GetUtcOffset(middle) == offset ? (middle, after) : (before, middle);
        }

        return after;
    }
}
