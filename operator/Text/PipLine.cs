using System.Text.RegularExpressions;

namespace GemmaOperator.Text;

/// <summary>
/// Renders a line of pip's as a person wants to read it. pip prints its own Python objects into it, addresses in memory
/// included, so that the same failure never reads the same twice.
/// </summary>
internal static partial class PipLine
{
    /// <summary>Returns what happened and to which page, without pip's account of its retries.</summary>
    public static string Readable(string line) =>
        Broken().Match(line) is { Success: true } broken
            ? $"{broken.Groups["page"].Value}: {broken.Groups["cause"].Value}"
            : line;

    /// <summary>
    /// pip 22 to 26, src/pip/_vendor/urllib3: <c>Retrying (Retry(…)) after connection broken by
    /// 'Error('&lt;object&gt;: cause')': page</c>.
    /// </summary>
    [GeneratedRegex(
        @"after connection broken by ['""]\w+\((""|')?(<.*>: |.*pool: |.*\): "
            + @")?(?<cause>.+?)(""|')?\)['""]: (?<page>\S+)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Broken();
}
