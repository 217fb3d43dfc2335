using Cronos;

namespace GemmaOperator.Schedule;

/// <summary>
/// A schedule in a zone: five cron fields or a macro. Across daylight saving it behaves as Vixie cron does: a time in the
/// spring gap fires once, right after the gap; a time in the autumn overlap fires once, at its first passing, unless the
/// expression is an interval (<c>*</c>, a range or a step in minutes or hours), which goes on by elapsed time (Cronos, README).
/// </summary>
internal sealed class CronSchedule
{
    /// <summary>Longer expressions have no use; five fields with long lists stay far below.</summary>
    public const int MaxLength = 256;

    private static readonly string[] Macros = ["@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually"];

    /// <summary>A fixed time, so that the same expression always gets the same answer; the search goes to the year 2499.</summary>
    private static readonly DateTimeOffset Probe = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly CronExpression expression;

    private CronSchedule(string text, CronExpression expression, TimeZoneInfo zone)
    {
        Text = text;
        this.expression = expression;
        Zone = zone;
    }

    public string Text { get; }

    public TimeZoneInfo Zone { get; }

    /// <summary>Reads an expression and its IANA zone; the error says what is wrong and what would be right.</summary>
    public static CronSchedule? Parse(string text, string zone, out ScheduleError? error)
    {
        error = null;
        var trimmed = text.Trim(' ');
        if (text.Contains("TZ=", StringComparison.OrdinalIgnoreCase))
            error = new ScheduleError(IsZone: false, "it names a time zone", "leave out TZ= and set the timeZone beside it");
        else if (trimmed.Length is 0 or > MaxLength || trimmed.Any(c => char.IsControl(c) && c != '\t'))
            error = new ScheduleError(IsZone: false, "it isn't a cron expression", "write five fields such as \"0 9 * * 1\", or @weekly");
        else if (trimmed[0] == '@' && !Macros.Contains(trimmed, StringComparer.Ordinal))
            error = new ScheduleError(IsZone: false, "it isn't a known macro", $"choose one of {string.Join(", ", Macros)}");
        else if (trimmed[0] != '@' && trimmed.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Length is var fields && fields != 5)
            error = new ScheduleError(IsZone: false, $"it has {fields} fields", "write five: minute, hour, day of month, month, day of week");
        if (error is not null) return null;

        if (!CronExpression.TryParse(trimmed, CronFormat.Standard, out var expression))
            error = new ScheduleError(IsZone: false, "it isn't a cron expression", "write five fields such as \"0 9 * * 1\", or @weekly");
        else if (!IanaZone.TryFind(zone, out var found))
            error = new ScheduleError(IsZone: true, "it isn't a known time zone", "write an IANA name such as Europe/Berlin");
        else if (expression.GetNextOccurrence(Probe, found) is null)
            error = new ScheduleError(IsZone: false, "it never fires", "choose a day that its month has");
        else
            return new CronSchedule(trimmed, expression, found);
        return null;
    }

    /// <summary>The first tick after a time; null after the last one that the calendar has.</summary>
    public DateTimeOffset? NextTick(DateTimeOffset after) => expression.GetNextOccurrence(after, Zone)?.ToUniversalTime();

    /// <summary>The last tick in <c>(after, until]</c>, or null; found by halving, so that a long outage costs no long loop.</summary>
    public DateTimeOffset? LastTick(DateTimeOffset after, DateTimeOffset until)
    {
        if (NextTick(after) is not { } first || first > until) return null;
        var low = first;
        var high = until;
        // Invariant: low is a tick, and no tick lies in (high, until].
        while (high - low > TimeSpan.FromMinutes(1))
        {
            var middle = low + (high - low) / 2;
            if (NextTick(middle) is { } next && next <= high) low = next;
            else high = middle;
        }

        while (NextTick(low) is { } next && next <= until) low = next;
        return low;
    }
}
