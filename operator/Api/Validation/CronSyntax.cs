using GemmaOperator.Text;

namespace GemmaOperator.Api.Validation;

/// <summary>
/// Parses schedules as a CronJob does (robfig/cron v3, ParseStandard): five fields or a macro, without a zone of their
/// own. What a CronJob refuses is refused.
/// </summary>
internal static class CronSyntax
{
    private const string Remedy =
        "write five fields (minute hour day-of-month month day-of-week) such as \"0 9 * * 1\", or @weekly";

    private const ulong All = ulong.MaxValue >> 1;

    private static readonly Dictionary<string, CronFields> Macros = new(StringComparer.Ordinal)
    {
        ["@hourly"] = new(1, All, All, All, All, AnyDay: true, AnyWeekday: true),
        ["@daily"] = new(1, 1, All, All, All, AnyDay: true, AnyWeekday: true),
        ["@midnight"] = new(1, 1, All, All, All, AnyDay: true, AnyWeekday: true),
        ["@weekly"] = new(1, 1, All, All, 1, AnyDay: true, AnyWeekday: false),
        ["@monthly"] = new(1, 1, 2, All, All, AnyDay: false, AnyWeekday: true),
        ["@yearly"] = new(1, 1, 2, 2, All, AnyDay: false, AnyWeekday: true),
        ["@annually"] = new(1, 1, 2, 2, All, AnyDay: false, AnyWeekday: true),
    };

    /// <summary>
    /// Reads a schedule; <paramref name="error"/> says what is wrong with it when the answer is null.
    /// </summary>
    public static CronFields? Parse(string text, out (string Problem, string Remedy) error)
    {
        error = default;
        if (text.Contains("TZ=", StringComparison.OrdinalIgnoreCase))
        {
            error = (
                $"{Quoted.Of(text)} names a time zone",
                "take TZ= or CRON_TZ= out of the schedule and set the timeZone beside it"
            );
            return null;
        }

        if (text.StartsWith('@'))
        {
            if (Macros.TryGetValue(text, out var macro))
            {
                return macro;
            }

            error = text.StartsWith("@every", StringComparison.Ordinal)
                ? (
                    $"{Quoted.Of(text)} counts from a moment, not by the calendar",
                    "write fields, such as \"0 */6 * * *\" for every six hours"
                )
                : (
                    $"{Quoted.Of(text)} isn't a known macro",
                    $"choose {string.Join(", ", Macros.Keys)}, or write five fields"
                );
            return null;
        }

        // Any white space parts fields, as in Go.
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5)
        {
            error = ($"{Quoted.Of(text)} has {fields.Length} fields", Remedy);
            return null;
        }

        return Read(text, fields, out error);
    }

    private static CronFields? Read(string text, string[] fields, out (string Problem, string Remedy) error)
    {
        error = default;
        CronField[] kinds = [CronField.Minute, CronField.Hour, CronField.Day, CronField.Month, CronField.Weekday];
        var read = kinds.Select((kind, i) => kind.Read(fields[i])).ToArray();
        if (Array.Find(read, r => r.Problem is not null) is { Problem: { } problem })
        {
            error = ($"{Quoted.Of(text)} isn't a cron expression: {problem}", RemedyFor(fields));
            return null;
        }

        var cron = new CronFields(
            read[0].Bits,
            read[1].Bits,
            read[2].Bits,
            read[3].Bits,
            read[4].Bits,
            AnyDay: read[2].HasStar,
            AnyWeekday: read[4].HasStar
        );
        if (!cron.EverFires)
        {
            error = ($"{Quoted.Of(text)} never fires", "choose a day that its month has");
            return null;
        }

        return cron;
    }

    private static string RemedyFor(string[] fields) =>
        fields[4].Contains('7', StringComparison.Ordinal) ? "write 0 or SUN for Sunday, as CronJobs have it"
        : fields.Any(f => f.AsSpan().IndexOfAny("#LW") >= 0)
            ? "CronJobs know no L, W and #: write numbers, names, ranges, lists and steps, such as \"0 9 1-7 * *\""
        : Remedy;
}
