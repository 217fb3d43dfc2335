using System.Globalization;

namespace GemmaOperator.Runtime.Text;

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

    /// <summary>Tells whether a quantity's text may be parsed; whether it is one is the parser's to say.</summary>
    public static bool IsSane(string text)
    {
        if (text.Length > Longest)
        {
            return false;
        }

        var at = text.AsSpan().LastIndexOfAny('e', 'E');
        // To write out a negative one with an exponent the library counts down for ever (KubernetesClient).
        if (at >= 0 && text.StartsWith('-'))
        {
            return false;
        }

        return at < 0
            // Exa and exbi.
            || text.AsSpan(at + 1) is "" or "i"
            || (
                double.TryParse(
                    text.AsSpan(at + 1),
                    NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                    CultureInfo.InvariantCulture,
                    out var exponent
                )
                && Math.Abs(exponent) <= LargestExponent
            );
    }
}
