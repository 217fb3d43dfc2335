namespace GemmaOperator.Api.Validation;

/// <summary>
/// Holds a schedule as a CronJob understands it (robfig/cron v3, standard parser): the values of each of the five
/// fields as bits.
/// </summary>
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
    /// <summary>
    /// February's days in a leap year: one lies in any five years, which is as far as a CronJob looks.
    /// </summary>
    private static readonly int[] LongestMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

    /// <summary>Gets whether it fires on any day at all.</summary>
    public bool EverFires =>
        Minutes != 0
        && Hours != 0
        && Months != 0
        && (AnyDay || AnyWeekday ? HasDay && Weekdays != 0 : HasDay || Weekdays != 0);

    private bool HasDay =>
        Enumerable
            .Range(1, 12)
            .Where(month => Has(Months, month))
            .Any(month => Enumerable.Range(1, LongestMonths[month - 1]).Any(day => Has(Days, day)));

    /// <summary>Tells whether bits hold a value.</summary>
    public static bool Has(ulong bits, int value) => (bits & (1UL << value)) != 0;

    /// <summary>
    /// Tells whether a day is one of its days. Where neither day field holds a star, one of them is enough, as cron
    /// has it.
    /// </summary>
    public bool HasDate(DateTime date)
    {
        var (day, weekday) = (Has(Days, date.Day), Has(Weekdays, (int)date.DayOfWeek));
        return AnyDay || AnyWeekday ? day && weekday : day || weekday;
    }
}
