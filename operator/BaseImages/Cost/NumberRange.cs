using System.Globalization;

namespace GemmaOperator.BaseImages.Cost;

/// <summary>Minutes from the quick to the slow case; both the same when it was one number.</summary>
internal readonly record struct NumberRange(decimal Low, decimal High)
{
    public static NumberRange operator +(NumberRange a, NumberRange b) => new(a.Low + b.Low, a.High + b.High);

    public static NumberRange operator *(decimal factor, NumberRange a) => new(factor * a.Low, factor * a.High);

    /// <summary>
    /// One number, or two with an en dash, the smaller first: a difference of ranges can be smaller in the slow case.
    /// </summary>
    public override string ToString() => Format(Math.Min(Low, High), Math.Max(Low, High), "0.##");

    /// <summary>As an amount of money with at least two decimals.</summary>
    public string AsMoney() => Format(Math.Min(Low, High), Math.Max(Low, High), "0.00##");

    private static string Format(decimal low, decimal high, string format)
    {
        var from = low.ToString(format, CultureInfo.InvariantCulture);
        var to = high.ToString(format, CultureInfo.InvariantCulture);
        return from == to ? from : $"{from}–{to}";
    }
}
