using GemmaOperator.Api.Validation;
using GemmaOperator.Api.Words;
using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Freshness.Schedule;

/// <summary>
/// Holds a schedule in a zone: five cron fields or a macro. It fires when a CronJob with the same text and zone would,
/// across daylight saving, too.
/// </summary>
internal sealed class CronSchedule
{
    private readonly CronFields _fields;

    private CronSchedule(string text, CronFields fields, TimeZoneInfo zone)
    {
        Text = text;
        _fields = fields;
        Zone = zone;
    }

    public string Text { get; }

    public TimeZoneInfo Zone { get; }

    /// <summary>Reads an expression and its IANA zone; null with everything that is wrong.</summary>
    /// <param name="text">Expression.</param>
    /// <param name="zone">IANA name.</param>
    /// <param name="path">Field that holds them both, for example <c>spec</c> or <c>spec.rollout.window</c>.</param>
    /// <param name="errors">What is wrong; empty otherwise.</param>
    public static CronSchedule? Parse(string text, string zone, string path, out IReadOnlyList<FieldError> errors)
    {
        var found = new List<FieldError>();
        var cron = CronSyntax.Parse(text, out var syntax);
        if (cron is null)
        {
            found.Add(
                new FieldError($"{path}.schedule", syntax.Problem, syntax.Remedy, ImageReason.Stalled.InvalidSchedule)
            );
        }

        if (TimeZoneId.ProblemOf(zone) is { } problem)
        {
            found.Add(
                new FieldError($"{path}.timeZone", problem.Problem, problem.Remedy, ImageReason.Stalled.InvalidSchedule)
            );
        }

        errors = found;
        return cron is not null && TimeZoneId.TryFind(zone, out var info) ? new CronSchedule(text, cron, info) : null;
    }

    /// <summary>Returns the first tick after a time; null after the last one.</summary>
    public DateTimeOffset? NextTick(DateTimeOffset after) =>
        new CronWalk(_fields, Zone).Next(after.UtcDateTime) is { } next
            ? new DateTimeOffset(next, TimeSpan.Zero)
            : null;

    /// <summary>
    /// Returns the last tick in <c>(after, until]</c>, or null; found by halving, so that a long
    /// outage costs no long loop.
    /// </summary>
    public DateTimeOffset? LastTick(DateTimeOffset after, DateTimeOffset until)
    {
        if (NextTick(after) is not { } first || first > until)
        {
            return null;
        }

        var low = first;
        var high = until;
        // Invariant: low is a tick, and no tick lies in (high, until].
        while (high - low > TimeSpan.FromMinutes(1))
        {
            var middle = low + (high - low) / 2;
            if (NextTick(middle) is { } next && next <= high)
            {
                low = next;
            }
            else
            {
                high = middle;
            }
        }

        while (NextTick(low) is { } next && next <= until)
        {
            low = next;
        }

        return low;
    }
}
