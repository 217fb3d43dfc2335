using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Vulnerabilities;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps.Scan;

namespace GemmaOperator.Builds.Steps.Platforms;

/// <summary>
/// Says of an index what its images have proved: each has proved all, so that the first one's word stands for them.
/// What scans counted is counted once, however many platforms have it: which findings are the same is known of those
/// alone that are named, so that it is at least the number of the platform with the most.
/// </summary>
internal static class JoinedProof
{
    /// <summary>Returns what was shown; null where nobody looked.</summary>
    public static VerificationStatus? Of(IReadOnlyList<BuildSnapshot> parts) =>
        parts[0].Status.Verification is { } first
            ? first with
            {
                Scan = ScanOf([.. parts.Select(PlatformOf)], [.. parts.Select(part => part.Status.Verification?.Scan)]),
                Warnings =
                [
                    .. parts
                        .SelectMany(part => part.Status.Verification?.Warnings ?? [])
                        .Distinct(StringComparer.Ordinal)
                        .Take(32),
                ],
            }
            : null;

    /// <summary>
    /// Counts the findings that no platform has any more; null where that can't be known, or nobody asks for scans.
    /// </summary>
    public static FixedFindings? FixedOf(BuildSnapshot s) =>
        s.Spec.Template.Verification?.Scan is { } asked
        && s.Parts.Select(part => part.Status.Verification?.Scan).OfType<ScanStatus>().ToList() is var now
        && now.Count == s.Parts.Count
            ? FixedPolicy.Count(s.Published?.Status.Verification?.Scan, now, asked)
            : null;

    /// <summary>One platform without a result leaves the whole without one.</summary>
    private static ScanStatus? ScanOf(IReadOnlyList<string> platforms, IReadOnlyList<ScanStatus?> scans)
    {
        if (scans.Any(scan => scan is null))
        {
            return null;
        }

        var all = scans.OfType<ScanStatus>().ToList();
        return all.FindIndex(scan => scan.Error is not null) is >= 0 and var failed
            ? new ScanStatus { Error = $"{platforms[failed]}: {all[failed].Error}" }
            : new ScanStatus
            {
                Critical = Most(nameof(ScanStatus.Critical), scan => scan.Critical),
                High = Most(nameof(ScanStatus.High), scan => scan.High),
                Medium = Most(nameof(ScanStatus.Medium), scan => scan.Medium),
                Low = Most(nameof(ScanStatus.Low), scan => scan.Low),
                Unknown = Most(nameof(ScanStatus.Unknown), scan => scan.Unknown),
                Ignored = all.Max(scan => scan.Ignored),
                Unfixed = all.Max(scan => scan.Unfixed),
                Worst =
                [
                    .. all.SelectMany(scan => scan.Worst)
                        .DistinctBy(f => (f.Id, f.Package, f.Fixed))
                        .OrderByDescending(f => WireEnum<VulnerabilitySeverity>.Read(f.Severity).Value)
                        .Take(all.Max(scan => scan.Worst.Count)),
                ],
            };

        int Most(string severity, Func<ScanStatus, int> counted) =>
            FindingCount.Of(
                [.. all.Select(counted)],
                all.SelectMany(scan => scan.Worst).Where(f => f.Severity == severity).Select(f => (f.Id, f.Package))
            );
    }

    private static string PlatformOf(BuildSnapshot part) => part.Spec.Template.Platform.Text;
}
