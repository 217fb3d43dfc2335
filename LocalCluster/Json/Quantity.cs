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
        var binary = Binary.Any(b => text.EndsWith(b.Suffix, StringComparison.Ordinal));
        if (Parse(text) is not { } amount)
        {
            return value?.DeepClone();
        }

        foreach (var (suffix, factor) in binary ? Binary.Append(("", 1m)) : Decimal)
        {
            if (amount == 0 || amount % factor == 0)
            {
                return (amount == 0 ? "0" : (amount / factor).ToString("0", CultureInfo.InvariantCulture))
                    + (amount == 0 ? "" : suffix);
            }
        }

        return value?.DeepClone();
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
