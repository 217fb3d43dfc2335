using Cronos;
using GemmaOperator.Text;

namespace GemmaOperator.Api.Validation;

/// <summary>Parses schedules: five cron fields or one of the usual macros, without a zone of their own.</summary>
internal static class CronSyntax
{
    private const string Remedy =
        "write five fields (minute hour day-of-month month day-of-week) such as \"0 9 * * 1\", or @weekly";

    private static readonly string[] Macros =
    [
        "@hourly",
        "@daily",
        "@midnight",
        "@weekly",
        "@monthly",
        "@yearly",
        "@annually",
    ];

    /// <summary>
    /// Any day does to find out whether an expression ever fires; a fixed one keeps the answer the same.
    /// </summary>
    private static readonly DateTime Epoch = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>
    /// Reads a schedule; <paramref name="error"/> says what is wrong with it when the answer is null.
    /// </summary>
    public static CronExpression? Parse(string text, out (string Problem, string Remedy) error)
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

        var isMacro = text.StartsWith('@');
        if (isMacro && !Macros.Contains(text, StringComparer.Ordinal))
        {
            error = (
                $"{Quoted.Of(text)} isn't a known macro",
                $"choose {string.Join(", ", Macros)}, or write five fields"
            );
            return null;
        }

        var fields = text.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Length;
        if (!isMacro && fields != 5)
        {
            error = ($"{Quoted.Of(text)} has {fields} fields", Remedy);
            return null;
        }

        if (!CronExpression.TryParse(text, CronFormat.Standard, out var cron))
        {
            error = ($"{Quoted.Of(text)} isn't a cron expression", Remedy);
            return null;
        }

        if (cron.GetNextOccurrence(Epoch, TimeZoneInfo.Utc) is null)
        {
            error = ($"{Quoted.Of(text)} never fires", "choose a day that its month has");
            return null;
        }

        return cron;
    }
}
