using GemmaOperator.Api.Validation;

namespace GemmaOperator.BaseImages.Freshness.Schedule;

/// <summary>
/// Walks the clock of a zone from tick to tick as the controller of CronJobs does (robfig/cron v3, SpecSchedule.Next),
/// the odd ones included: a time that a zone leaves out in spring is left out, one that it has twice in autumn comes
/// twice. Times are UTC.
/// </summary>
internal sealed class CronWalk(CronFields fields, TimeZoneInfo zone)
{
    /// <summary>How many years are searched, as a CronJob does.</summary>
    private const int Years = 5;

    private DateTime _at;

    /// <summary>Whether the smaller units stand at their beginning already.</summary>
    private bool _isRounded;

    private DateTime Local => _at + zone.GetUtcOffset(_at);

    /// <summary>Returns the first tick after a time; null when none comes within five years.</summary>
    public DateTime? Next(DateTime after)
    {
        _at = new DateTime(after.Ticks - after.Ticks % TimeSpan.TicksPerSecond, DateTimeKind.Utc).AddSeconds(1);
        _isRounded = false;
        var last = Local.Year + Years;
        while (Local.Year <= last)
        {
            if (FindMonth() && FindDay() && FindHour() && FindMinute() && FindSecond())
            {
                return _at;
            }
        }

        return null;
    }

    private bool FindMonth()
    {
        while (!CronFields.Has(fields.Months, Local.Month))
        {
            if (!_isRounded)
            {
                _isRounded = true;
                MoveTo(FirstOf(Local));
            }

            // A day that the next month doesn't have runs over into the one after, as in Go.
            var local = Local;
            MoveTo(FirstOf(local).AddMonths(1).AddDays(local.Day - 1) + local.TimeOfDay);
            if (Local.Month == 1)
            {
                return false;
            }
        }

        return true;
    }

    private bool FindDay()
    {
        while (!fields.HasDate(Local))
        {
            var before = _at;
            if (!_isRounded)
            {
                _isRounded = true;
                MoveTo(Local.Date);
            }

            MoveTo(Local.AddDays(1));
            // Where a zone has no midnight.
            if (Local.Hour != 0)
            {
                _at = _at.AddHours(Local.Hour > 12 ? 24 - Local.Hour : -Local.Hour);
            }

            if (_at <= before)
            {
                // Where a zone has left out a whole day, at which robfig/cron never ends.
                _at = before.AddDays(1);
            }

            if (Local.Day == 1)
            {
                return false;
            }
        }

        return true;
    }

    private bool FindHour()
    {
        while (!CronFields.Has(fields.Hours, Local.Hour))
        {
            if (!_isRounded)
            {
                _isRounded = true;
                MoveTo(Local.Date.AddHours(Local.Hour));
            }

            _at = _at.AddHours(1);
            if (Local.Hour == 0)
            {
                return false;
            }
        }

        return true;
    }

    private bool FindMinute()
    {
        while (!CronFields.Has(fields.Minutes, Local.Minute))
        {
            if (!_isRounded)
            {
                _isRounded = true;
                _at = _at.AddTicks(-(_at.Ticks % TimeSpan.TicksPerMinute));
            }

            _at = _at.AddMinutes(1);
            if (Local.Minute == 0)
            {
                return false;
            }
        }

        return true;
    }

    private bool FindSecond()
    {
        if (Local.Second == 0)
        {
            return true;
        }

        _isRounded = true;
        _at = _at.AddSeconds(60 - Local.Second);
        return false;
    }

    private static DateTime FirstOf(DateTime local) =>
        new(local.Year, local.Month, 1, 0, 0, 0, DateTimeKind.Unspecified);

    /// <summary>
    /// Moves to a time of the zone's clock; where there is none or there are two, to the one that Go's time.Date picks.
    /// </summary>
    private void MoveTo(DateTime local)
    {
        var asUtc = DateTime.SpecifyKind(local, DateTimeKind.Utc);
        _at = asUtc - zone.GetUtcOffset(asUtc - zone.GetUtcOffset(asUtc));
    }
}
