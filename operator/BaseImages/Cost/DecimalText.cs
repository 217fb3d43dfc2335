using System.Globalization;

namespace GemmaOperator.BaseImages.Cost;

/// <summary>Reads and writes decimals as the API holds them: digits and one dot, no exponent, no blanks.</summary>
internal static class DecimalText
{
    /// <summary>At most two decimals, for minutes, counts and per cent.</summary>
    public const string Plain = "0.##";

    /// <summary>At least two decimals, for money.</summary>
    public const string Money = "0.00##";

    public static string Write(decimal number, string format) => number.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>
    /// Writes one number, or two with an en dash, the smaller first: a difference of ranges can be smaller in the slow
    /// case.
    /// </summary>
    public static string WriteRange(decimal a, decimal b, string format)
    {
        var (low, high) = (Write(Math.Min(a, b), format), Write(Math.Max(a, b), format));
        return low == high ? low : $"{low}–{high}";
    }

    /// <summary>Returns null for anything else.</summary>
    public static decimal? Read(string? text) =>
        decimal.TryParse(
            text,
            NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : null;
}
