using System.Globalization;

namespace GemmaInference.Grammar.Json;

/// <summary>
/// Draws numbers digit by digit. Each has so few that whoever reads it holds it: whole ones 64 bits, others a double
/// with an exponent of two digits.
/// </summary>
internal static class NumberRules
{
    /// <summary>Bounds whole numbers: 18 digits fit into 64 bits, whatever they are.</summary>
    public const long Largest = 999_999_999_999_999_999;

    private const int MaxFraction = 16;

    /// <summary>Returns a rule of numbers; nothing goes through it where none lies within the bounds.</summary>
    public static int Draw(GrammarBuilder builder, NumberRange range, bool isWhole)
    {
        var start = builder.NewNode();
        var end = builder.NewEnd();
        if (isWhole)
        {
            range = range.Whole();
        }

        var (low, high) = (range.Low ?? -Largest, range.High ?? Largest);
        if (high >= 0)
        {
            Magnitudes(start, Math.Max(low, 0), range.IsAboveLow && low >= 0, high, range.IsBelowHigh);
        }

        if (low < 0 && !(isWhole && high < low))
        {
            var (least, most) = (Math.Max(-high, 0), -low);
            // There is no −0 among whole numbers.
            var isAbove = high <= 0 ? range.IsBelowHigh && high == -least : false;
            Magnitudes(
                builder.Literal(start, "-"),
                isWhole ? Math.Max(least, 1) : least,
                !isWhole && isAbove,
                most,
                range.IsAboveLow
            );
        }

        return start;

        void Magnitudes(int from, long least, bool isAbove, long most, bool isBelow)
        {
            if (least > most)
            {
                return;
            }

            if (isWhole)
            {
                Digits(builder, from, least, most, end);
                return;
            }

            var isOpen = range is { Low: null, High: null };
            var tail = builder.NewNode();
            Fraction(builder, tail, end, isOpen);
            var first = least;
            if (isAbove)
            {
                // Beyond the bound, but with its own digits before the point.
                var bound = builder.NewNode();
                Digits(builder, from, least, least, bound);
                if (least < most)
                {
                    NonZeroFraction(builder, bound, end);
                }

                first++;
            }

            if (first < most)
            {
                Digits(builder, from, first, most - 1, tail);
            }

            if (!isBelow && first <= most)
            {
                var last = builder.NewNode();
                Digits(builder, from, most, most, last);
                builder.Skip(last, end);
                var zeros = builder.Literal(last, ".0");
                builder.Skip(zeros, end);
            }
        }
    }

    /// <summary>Draws the numbers from one to another without a sign and leading zeros.</summary>
    public static void Digits(GrammarBuilder builder, int from, long low, long high, int to)
    {
        for (var length = Text(low).Length; length <= Text(high).Length; length++)
        {
            var least = length == 1 ? 0 : (long)Math.Pow(10, length - 1);
            var most = long.Parse(new string('9', length), CultureInfo.InvariantCulture);
            Between(builder, from, Text(Math.Max(low, least)), Text(Math.Min(high, most)), to);
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Draws the numbers from one to another of the same length.</summary>
    private static void Between(GrammarBuilder builder, int from, string low, string high, int to)
    {
        if (low.Length == 0)
        {
            builder.Skip(from, to);
            return;
        }

        if (low.All(digit => digit == '0') && high.All(digit => digit == '9'))
        {
            for (var i = 0; i < low.Length; i++)
            {
                var next = i == low.Length - 1 ? to : builder.NewNode();
                builder.Edge(from, '0', '9', next);
                from = next;
            }

            return;
        }

        var (first, last, rest) = (low[0], high[0], low.Length - 1);
        if (low[1..].All(digit => digit == '0') && high[1..].All(digit => digit == '9'))
        {
            var all = rest == 0 ? to : builder.NewNode();
            builder.Edge(from, first, last, all);
            if (rest > 0)
            {
                Between(builder, all, low[1..], high[1..], to);
            }

            return;
        }

        if (first == last)
        {
            Between(builder, builder.Literal(from, low[..1]), low[1..], high[1..], to);
            return;
        }

        Between(builder, builder.Literal(from, low[..1]), low[1..], new string('9', rest), to);
        Between(builder, builder.Literal(from, high[..1]), new string('0', rest), high[1..], to);
        if (last - first > 1)
        {
            var middle = builder.NewNode();
            builder.Edge(from, first + 1, last - 1, middle);
            Between(builder, middle, new string('0', rest), new string('9', rest), to);
        }
    }

    private static void Fraction(GrammarBuilder builder, int from, int end, bool hasExponent)
    {
        builder.Skip(from, end);
        var exponent = builder.NewNode();
        if (hasExponent)
        {
            builder.Skip(from, exponent);
            Exponent(builder, exponent, end);
        }

        var at = builder.Literal(from, ".");
        for (var i = 0; i < MaxFraction; i++)
        {
            var next = builder.NewNode();
            builder.Edge(at, '0', '9', next);
            builder.Skip(next, end);
            if (hasExponent)
            {
                builder.Skip(next, exponent);
            }

            at = next;
        }
    }

    private static void NonZeroFraction(GrammarBuilder builder, int from, int end)
    {
        var digits = builder.NewNode();
        var at = builder.Literal(from, ".");
        for (var i = 0; i < MaxFraction / 2; i++)
        {
            builder.Edge(at, '1', '9', digits);
            var next = builder.NewNode();
            builder.Edge(at, '0', '0', next);
            at = next;
        }

        builder.Edge(at, '1', '9', digits);
        for (var i = 0; i < MaxFraction / 2; i++)
        {
            builder.Skip(digits, end);
            var next = builder.NewNode();
            builder.Edge(digits, '0', '9', next);
            digits = next;
        }

        builder.Skip(digits, end);
    }

    private static void Exponent(GrammarBuilder builder, int from, int end)
    {
        var mark = builder.NewNode();
        var digits = builder.NewNode();
        builder.Edge(from, 'E', 'E', mark);
        builder.Edge(from, 'e', 'e', mark);
        builder.Edge(mark, '+', '+', digits);
        builder.Edge(mark, '-', '-', digits);
        builder.Skip(mark, digits);
        var second = builder.NewNode();
        builder.Edge(digits, '0', '9', second);
        builder.Skip(second, end);
        builder.Edge(second, '0', '9', end);
    }
}
