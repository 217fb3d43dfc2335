using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace GemmaOperator.Yaml;

/// <summary>
/// Decides what a scalar is, as the YAML of kubectl and of the API server does (YAML 1.1 without its base 60 numbers
/// and dates): a plain <c>yes</c> is true there, and <c>0400</c> is octal.
/// </summary>
internal static partial class YamlScalar
{
    private const string TextTag = "tag:yaml.org,2002:str";

    /// <summary>Returns the scalar as JSON; null for YAML's null.</summary>
    public static JsonNode? Read(Scalar scalar) =>
        scalar.Style != ScalarStyle.Plain || (!scalar.Tag.IsEmpty && scalar.Tag.Value is TextTag or "!")
            ? JsonValue.Create(scalar.Value)
            : Plain(scalar.Value);

    private static JsonNode? Plain(string text) =>
        text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" or "y" or "Y" => true,
            "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" or "n" or "N" => false,
            _ => Whole(text) ?? Real(text) ?? JsonValue.Create(text),
        };

    private static JsonNode? Whole(string text)
    {
        var digits = text.Replace("_", "", StringComparison.Ordinal);
        var sign = digits is ['-', ..] ? -1 : 1;
        var bare = digits is ['-' or '+', ..] ? digits[1..] : digits;
        if (bare.Length == 0 || !char.IsAsciiDigit(bare[0]) || text.StartsWith('_'))
        {
            return null;
        }

        return bare switch
        {
            ['0', 'x', .. var hex] => Radix(hex, 16, sign),
            ['0', 'b', .. var binary] => Radix(binary, 2, sign),
            ['0', 'o', .. var octal] => Radix(octal, 8, sign),
            ['0', .. { Length: > 0 } octal] when octal.All(c => c is >= '0' and <= '7') => Radix(octal, 8, sign),
            _ when long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) =>
                number,
            _ => null,
        };
    }

    private static JsonNode? Radix(string digits, int radix, int sign)
    {
        long number = 0;
        foreach (var c in digits)
        {
            var value = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : radix;
            if (value >= radix || number > (long.MaxValue - value) / radix)
            {
                return null;
            }

            number = (number * radix) + value;
        }

        return digits.Length == 0 ? null : JsonValue.Create(sign * number);
    }

    private static JsonNode? Real(string text) =>
        RealNumber().IsMatch(text)
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real)
        && double.IsFinite(real)
            ? real
            : null;

    [GeneratedRegex(
        @"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex RealNumber();
}
