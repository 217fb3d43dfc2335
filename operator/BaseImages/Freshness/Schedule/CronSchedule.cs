using Cronos;
using GemmaOperator.Api.Validation;
using GemmaOperator.Api.Words;
using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Freshness.Schedule;

/// <summary>
/// Holds a schedule in a zone: five cron fields or a macro. Across daylight saving it behaves as Vixie cron does: a
/// time in the spring gap fires once, right after the gap; a time in the autumn overlap fires once, at its first
/// passing, unless the expression is an interval (<c>*</c>, a range or a step in minutes or hours), which goes on
/// by elapsed time (Cronos, README).
/// </summary>
internal sealed class CronSchedule
{
    /// <summary>No zone has left out more than a day.</summary>
    private static readonly TimeSpan LongestGap = TimeSpan.FromHours(49);

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(30);

    private readonly CronExpression _expression;

    private CronSchedule(string text, CronExpression expression, TimeZoneInfo zone)
    {
        Text = text;
        _expression = expression;
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

    /// <summary>Returns the first tick after a time; null after the last one that the calendar has.</summary>
    public DateTimeOffset? NextTick(DateTimeOffset after)
    {
        var next = Occurrence(after);
        // Where a zone leaves out a whole day (Pacific/Apia, 2011-12-30) Cronos 0.13 answers with a time that
        // has passed, for as long as it is asked about that day: ask from later, in steps below a minute, so
        // that no tick is passed over.
        for (var probe = after; next <= after && probe - after < LongestGap; probe += Step)
        {
            next = Occurrence(probe + Step);
        }

        return next > after ? next : null;
    }

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

    private DateTimeOffset? Occurrence(DateTimeOffset after) =>
        _expression.GetNextOccurrence(after, Zone)?.ToUniversalTime();
}
