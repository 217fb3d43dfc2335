using GemmaInference.Grammar.Patterns;

namespace GemmaInference.Grammar.Json;

/// <summary>
/// Knows the formats of strings that answers are held to, as OpenAI's structured outputs are; the others are
/// annotations, which bind nothing. A pattern needn't have all that a format allows, and has nothing else: of days, for
/// one, those that are in the calendar.
/// </summary>
internal static class StringFormats
{
    private const string Year = "[1-9][0-9]{3}";
    private const string Leap = "([1-9][0-9](0[48]|[2468][048]|[13579][26])|([2468][048]|[13579][26])00)-02-29";
    private const string Days =
        "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8])";
    private const string Date = $"({Year}-({Days})|{Leap})";
    private const string Time =
        "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])";
    private const string Day = "[0-9]{1,4}D";
    private const string Months = $"[0-9]{{1,4}}M({Day})?";
    private const string Clock = "[0-9]{1,5}H([0-9]{1,5}M([0-9]{1,5}S)?)?|[0-9]{1,5}M([0-9]{1,5}S)?|[0-9]{1,5}S";
    private const string Label = "[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?";
    private const string Host = $"{Label}(\\.{Label}){{0,5}}";
    private const string Octet = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private const string Word = "[A-Za-z0-9_+-]{1,20}";
    private const string Group = "[0-9a-fA-F]{1,4}";

    private static readonly Dictionary<string, string> Texts = new(StringComparer.Ordinal)
    {
        ["date"] = Date,
        ["time"] = Time,
        ["date-time"] = $"{Date}T{Time}",
        ["duration"] = $"P([0-9]{{1,6}}W|([0-9]{{1,4}}Y({Months})?|{Months}|{Day})(T({Clock}))?|T({Clock}))",
        ["email"] = $"{Word}(\\.{Word}){{0,3}}@({Label}\\.){{1,3}}[A-Za-z]{{2,6}}",
        ["hostname"] = Host,
        ["ipv4"] = $"{Octet}(\\.{Octet}){{3}}",
        ["ipv6"] =
            $"({Group}:){{7}}{Group}|::({Group}(:{Group}){{0,5}})?|"
            + string.Join(
                '|',
                Enumerable
                    .Range(1, 5)
                    .Select(left => $"{Group}(:{Group}){{{left - 1}}}::{Group}(:{Group}){{0,{5 - left}}}")
            ),
        ["uuid"] = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
    };

    /// <summary>Returns what a format asks for; null where it binds nothing.</summary>
    public static Pattern? Find(string name) =>
        Texts.TryGetValue(name, out var text) ? PatternParser.Parse($"^({text})$") : null;
}
