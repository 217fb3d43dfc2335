using System.Globalization;

namespace GemmaOperator.Runtime.Client;

/// <summary>
/// Judges the text of a quantity before it is made a number: the parser writes an exponent out, and would be at
/// <c>1e999999999</c>, which the usual pattern of quantities takes, for hours.
/// </summary>
internal static class QuantityText
{
    /// <summary>Bounds the text, in characters.</summary>
    private const int Longest = 64;

    /// <summary>Bounds an exponent; the API server keeps quantities below 2^63.</summary>
    private const int LargestExponent = 64;

    /// <summary>Tells whether a quantity's text may be parsed; whether it is one isn't said.</summary>
    public static bool IsSane(string text)
    {
        if (text.Length > Longest)
        {
            return false;
        }

        var at = text.AsSpan().LastIndexOfAny('e', 'E');
        return at < 0
            || !double.TryParse(
                text.AsSpan(at + 1),
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var exponent
            )
            || Math.Abs(exponent) <= LargestExponent;
    }
}
