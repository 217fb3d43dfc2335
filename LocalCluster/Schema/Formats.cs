using System.Globalization;
using System.Text.RegularExpressions;

namespace LocalCluster.Schema;

/// <summary>
/// Checks the string formats that the API server does, as far as somebody's CRDs use them; others are ignored, as
/// there.
/// </summary>
internal static partial class Formats
{
    public static bool IsValid(string format, string text) =>
        format switch
        {
            "duration" => Duration().IsMatch(text),
            "date-time" => DateTime().IsMatch(text)
                && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _),
            "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
            _ => true,
        };

    /// <summary>Go's time.ParseDuration, which strfmt falls back on for "1 day" and the like.</summary>
    [GeneratedRegex(
        @"\A[-+]?(?:0|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*(?:ns|us|µs|ms|s|m|h|d|w)(?:(?:[0-9]+(?:\.[0-9]*)?|"
            + @"\.[0-9]+)\s*(?:ns|us|µs|ms|s|m|h|d|w))*)\z",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex Duration();

    [GeneratedRegex(
        @"\A[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:[Zz]|[-+][0-9]{2}:[0-9]{2})\z",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex DateTime();
}
