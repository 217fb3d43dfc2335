using System.Globalization;
using Cronos;

namespace GemmaOperator.Api.Validation;

/// <summary>Holds a schedule as a CronJob understands it: the values of each of the five fields as bits.</summary>
/// <param name="Minutes">Bits 0–59.</param>
/// <param name="Hours">Bits 0–23.</param>
/// <param name="Days">Bits 1–31, of the month.</param>
/// <param name="Months">Bits 1–12.</param>
/// <param name="Weekdays">Bits 0–6, from Sunday.</param>
/// <param name="AnyDay">Whether the days of the month hold a star.</param>
/// <param name="AnyWeekday">Whether the days of the week hold a star.</param>
internal sealed record CronFields(
    ulong Minutes,
    ulong Hours,
    ulong Days,
    ulong Months,
    ulong Weekdays,
    bool AnyDay,
    bool AnyWeekday
)
{
    private static readonly DateTime Sometime = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>
    /// Returns the calendars of its times, any of which is enough; none when it never fires. Where neither day field
    /// holds a star, either day is enough, as cron has it; where one does, both fields must hold.
    /// </summary>
    public IReadOnlyList<CronExpression> ToCalendars()
    {
        var (day, weekday) = (Text(CronField.Day, Days), Text(CronField.Weekday, Weekdays));
        (string? Day, string? Weekday)[] pairs = AnyDay || AnyWeekday ? [(day, weekday)] : [(day, "*"), ("*", weekday)];
        return
        [
            .. pairs
                .Select(p =>
                    new[]
                    {
                        Text(CronField.Minute, Minutes),
                        Text(CronField.Hour, Hours),
                        p.Day,
                        Text(CronField.Month, Months),
                        p.Weekday,
                    }
                )
                .Where(fields => fields.All(f => f is not null))
                .Select(fields => CronExpression.Parse(string.Join(' ', fields)))
                .Where(calendar => calendar.GetNextOccurrence(Sometime) is not null),
        ];
    }

    /// <summary>Writes the values of a field as a list; null when there are none.</summary>
    private static string? Text(CronField field, ulong bits)
    {
        var values = Enumerable
            .Range(field.Least, field.Most - field.Least + 1)
            .Where(value => (bits & (1UL << value)) != 0)
            .Select(value => value.ToString(CultureInfo.InvariantCulture))
            .ToList();
        return values.Count > 0 ? string.Join(',', values) : null;
    }
}
