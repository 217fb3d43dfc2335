using System.Globalization;
using System.Text.RegularExpressions;

namespace LocalCluster.Rules;

/// <summary>Reads durations as Go does: <c>1h30m</c>, <c>-2.5s</c>, <c>0</c>.</summary>
internal static partial class GoDuration
{
    public static TimeSpan? Parse(string text)
    {
        var match = Whole().Match(text);
        if (!match.Success)
        {
            return null;
        }

        var ticks = 0m;
        for (var i = 0; i < match.Groups["unit"].Captures.Count; i++)
        {
            ticks +=
                decimal.Parse(match.Groups["number"].Captures[i].Value, CultureInfo.InvariantCulture)
                * match.Groups["unit"].Captures[i].Value switch
                {
                    "ns" => 0.01m,
                    "us" or "µs" => TimeSpan.TicksPerMicrosecond,
                    "ms" => TimeSpan.TicksPerMillisecond,
                    "s" => TimeSpan.TicksPerSecond,
                    "m" => TimeSpan.TicksPerMinute,
                    _ => TimeSpan.TicksPerHour,
                };
        }

        return ticks > long.MaxValue / 100m ? null : TimeSpan.FromTicks((long)(text[0] == '-' ? -ticks : ticks));
    }

    [GeneratedRegex(
        @"\A[-+]?(?:0|(?:(?<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?<unit>ns|us|µs|ms|s|m|h))+)\z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Whole();
}
