using System.Globalization;
using GemmaOperator.Text;

namespace GemmaOperator.Api.Validation;

/// <summary>
/// Reads one field of a schedule as robfig/cron v3 does: lists of numbers, names, ranges and steps. What others know
/// besides (L, W, #, 7 for Sunday, ranges that run backwards) CronJobs refuse, and so does this.
/// </summary>
/// <param name="Name">For people.</param>
/// <param name="Least">Smallest value.</param>
/// <param name="Most">Largest value.</param>
/// <param name="Names">Names of values, from the smallest one.</param>
internal sealed record CronField(string Name, int Least, int Most, params string[] Names)
{
    public static readonly CronField Minute = new("minute", 0, 59);
    public static readonly CronField Hour = new("hour", 0, 23);
    public static readonly CronField Day = new("day-of-month", 1, 31);

    public static readonly CronField Month = new(
        "month",
        1,
        12,
        "jan",
        "feb",
        "mar",
        "apr",
        "may",
        "jun",
        "jul",
        "aug",
        "sep",
        "oct",
        "nov",
        "dec"
    );

    public static readonly CronField Weekday = new(
        "day-of-week",
        0,
        6,
        "sun",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat"
    );

    /// <summary>Returns the values as bits and whether a star is among them, or what is wrong.</summary>
    public (ulong Bits, bool HasStar, string? Problem) Read(string text)
    {
        var (bits, hasStar) = (0UL, false);
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var (some, isStar, problem) = ReadPart(part);
            if (problem is not null)
            {
                return (0, false, problem);
            }

            (bits, hasStar) = (bits | some, hasStar || isStar);
        }

        return (bits, hasStar, null);
    }

    private (ulong Bits, bool HasStar, string? Problem) ReadPart(string text)
    {
        var steps = text.Split('/');
        var ends = steps[0].Split('-');
        // What follows a star's hyphen means nothing.
        var isStar = ends[0] is "*" or "?";
        var step = 1L;
        if (
            steps.Length > 2
            || (!isStar && ends.Length > 2)
            || (steps.Length == 2 && !TryNumber(steps[1], out step))
            || !TryEnd(isStar, ends[0], Least, out var from)
            || !TryEnd(isStar, ends[^1], Most, out var to)
        )
        {
            return Wrong($"{Quoted.Of(text)} is no {Name}");
        }

        // A number with a step begins a range that runs to the end.
        to = steps.Length == 2 && ends.Length == 1 ? Most : to;
        return from < Least ? Wrong($"{Name} {from} is below {Least}")
            : to > Most ? Wrong($"{Name} {to} is above {Most}")
            : from > to ? Wrong($"{Quoted.Of(text)} runs backwards")
            : step == 0 ? Wrong($"{Quoted.Of(text)} has a step of 0")
            : (Bits(from, to, step), isStar && step == 1, null);
    }

    private bool TryEnd(bool isStar, string text, int all, out long value)
    {
        value = all;
        if (isStar)
        {
            return true;
        }

        var name = Array.FindIndex(Names, n => n.Equals(text, StringComparison.OrdinalIgnoreCase));
        value = name + Least;
        return name >= 0 || TryNumber(text, out value);
    }

    /// <summary>Go's Atoi takes a sign; a number below zero can't be meant.</summary>
    private static bool TryNumber(string text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
        && value >= 0
        && text[0] != '-';

    private static ulong Bits(long from, long to, long step)
    {
        var bits = 0UL;
        for (var value = from; value <= to && value >= from; value += step)
        {
            bits |= 1UL << (int)value;
        }

        return bits;
    }

    private static (ulong Bits, bool HasStar, string? Problem) Wrong(string problem) => (0, false, problem);
}
