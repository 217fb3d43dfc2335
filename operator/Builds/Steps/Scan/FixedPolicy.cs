using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Builds.Steps.Scan;

/// <summary>
/// Decides which findings of what was published before are gone, by advisory and package. A scan names the worst alone:
/// what isn't among them is gone for certain only where all are named, or where it would stand before the last that is.
/// </summary>
internal static class FixedPolicy
{
    /// <param name="before">The scan of what was published before; null where there was none.</param>
    /// <param name="now">That of the candidate.</param>
    /// <param name="asked">What doesn't count now, and so hasn't been mended.</param>
    /// <returns>How many are gone; null where that can't be known.</returns>
    public static FixedFindings? Count(ScanStatus? before, ScanStatus now, ScanSpec asked) =>
        Count(before, [now], asked);

    /// <param name="before">The scan of what was published before; null where there was none.</param>
    /// <param name="now">Those of the candidate's images, one for each platform: gone is what is gone from all.</param>
    /// <param name="asked">What doesn't count now, and so hasn't been mended.</param>
    /// <returns>How many are gone; null where that can't be known.</returns>
    public static FixedFindings? Count(ScanStatus? before, IReadOnlyList<ScanStatus> now, ScanSpec asked)
    {
        if (before is not { Error: null } || now.Any(scan => scan.Error is not null))
        {
            return null;
        }

        var accepted = asked.Ignore.Select(i => i.Id).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var gone = before
            .Worst.DistinctBy(f => (f.Id, f.Package))
            .Where(f => now.All(scan => IsGone(f, scan)))
            .Where(f => !accepted.Contains(f.Id) && !(asked.IgnoreUnfixed && f.Fixed.Length == 0))
            .Select(SeverityOf)
            .ToList();
        return new FixedFindings
        {
            Critical = gone.Count(s => s == Severity.Critical),
            High = gone.Count(s => s == Severity.High),
            Medium = gone.Count(s => s == Severity.Medium),
            Low = gone.Count(s => s < Severity.Medium),
        };
    }

    private static bool IsGone(ScanFinding finding, ScanStatus now) =>
        !now.Worst.Any(f => f.Id == finding.Id && f.Package == finding.Package)
        && (
            now.Critical + now.High + now.Medium + now.Low + now.Unknown <= now.Worst.Count
            || (now.Worst is [.., var last] && SeverityOf(finding) > SeverityOf(last))
        );

    private static Severity SeverityOf(ScanFinding finding) =>
        WireEnum<Severity>.Read(finding.Severity).Value ?? Severity.Unknown;
}
