using System.Globalization;
using System.Text.Json.Nodes;

namespace LocalCluster.Json;

/// <summary>
/// Reads resource quantities and writes them in the API's canonical form: <c>0.5</c> is <c>500m</c>, <c>1024Mi</c> is
/// <c>1Gi</c>.
/// </summary>
internal static class Quantity
{
    private static readonly (string Suffix, decimal Factor)[] Binary =
    [
        ("Ei", 1152921504606846976m),
        ("Pi", 1125899906842624m),
        ("Ti", 1099511627776m),
        ("Gi", 1073741824m),
        ("Mi", 1048576m),
        ("Ki", 1024m),
    ];

    private static readonly (string Suffix, decimal Factor)[] Decimal =
    [
        ("E", 1e18m),
        ("P", 1e15m),
        ("T", 1e12m),
        ("G", 1e9m),
        ("M", 1e6m),
        ("k", 1e3m),
        ("", 1m),
        ("m", 1e-3m),
        ("u", 1e-6m),
        ("n", 1e-9m),
    ];

    public static JsonNode? Canonical(JsonNode? value)
    {
        var text = value.Text() ?? value.Write();
        return (Parse(text) is { } amount ? Show(amount, IsBinary(text)) : null) ?? value?.DeepClone();
    }

    /// <summary>Says whether a text counts in powers of 1024.</summary>
    public static bool IsBinary(string text) => Binary.Any(b => text.EndsWith(b.Suffix, StringComparison.Ordinal));

    /// <summary>Returns an amount in its canonical form; null when it is finer than any unit.</summary>
    public static string? Show(decimal amount, bool isBinary)
    {
        if (amount == 0)
        {
            return "0";
        }

        var units = isBinary && amount % 1 == 0 ? Binary.Append(("", 1m)) : Decimal;
        foreach (var (suffix, factor) in units)
        {
            if (amount % factor == 0)
            {
                return (amount / factor).ToString("0", CultureInfo.InvariantCulture) + suffix;
            }
        }

        return null;
    }

    /// <summary>Returns the amount; null when it is no quantity.</summary>
    public static decimal? Parse(string text)
    {
        foreach (var (suffix, factor) in Binary.Concat(Decimal.Where(d => d.Suffix.Length > 0)))
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal))
            {
                return Number(text[..^suffix.Length]) * factor;
            }
        }

        return Number(text);
    }

    private static decimal? Number(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
