using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Vulnerabilities;
using GemmaOperator.Api.Words;

namespace GemmaOperator.BaseImages.Vulnerabilities;

/// <summary>Judges which findings count, and how long something has been exposed to them.</summary>
internal static class Exposure
{
    /// <summary>Returns a finding's severity; a word that is none of them may be anything, and is the lowest.</summary>
    public static VulnerabilitySeverity SeverityOf(KnownVulnerability finding) =>
        WireEnum<VulnerabilitySeverity>.Read(finding.Severity).Value ?? VulnerabilitySeverity.Low;

    /// <summary>
    /// Returns the findings of an image that count and nobody has accepted, worst first, and among those the oldest.
    /// </summary>
    public static IReadOnlyList<KnownVulnerability> Counted(GemmaBaseImageSpec spec, KnownScan? image, DateTime now) =>
        spec.Triggers.Vulnerabilities is not { } trigger || image is null
            ? []
            :
            [
                .. image
                    .Findings.Where(f =>
                        SeverityOf(f) >= Level(trigger)
                        && (!trigger.FixableOnly || f.Fixed.Length > 0)
                        && !IsAccepted(spec, f, now)
                    )
                    .OrderByDescending(SeverityOf)
                    .ThenBy(f => f.FirstSeen)
                    .ThenBy(f => f.Id, StringComparer.Ordinal),
            ];

    /// <summary>Returns how many of the findings that a scan has named were accepted since.</summary>
    public static int AcceptedOf(GemmaBaseImageSpec spec, KnownScan image, DateTime now) =>
        spec.Triggers.Vulnerabilities is { } trigger
            ? image.Findings.Count(f => SeverityOf(f) >= Level(trigger) && IsAccepted(spec, f, now))
            : 0;

    private static VulnerabilitySeverity Level(VulnerabilityTrigger trigger) =>
        trigger.Severity.Value ?? VulnerabilitySeverity.High;

    private static bool IsAccepted(GemmaBaseImageSpec spec, KnownVulnerability finding, DateTime now) =>
        spec.Verification.Scan.Ignore.Any(i => i.Id == finding.Id && !(i.Expires <= now));

    /// <summary>Returns how many findings of the severity that counts, or worse, a scan has counted.</summary>
    public static int CountOf(VulnerabilityTrigger trigger, KnownScan image) =>
        Level(trigger) switch
        {
            VulnerabilitySeverity.Critical => image.Critical,
            VulnerabilitySeverity.High => image.Critical + image.High,
            VulnerabilitySeverity.Medium => image.Critical + image.High + image.Medium,
            _ => image.Critical + image.High + image.Medium + image.Low + image.Unknown,
        };

    /// <summary>Returns how long a finding may be served; null for any time.</summary>
    public static TimeSpan? Allowed(SlaSpec? sla, KnownVulnerability finding) => Allowed(sla, SeverityOf(finding));

    /// <summary>Returns how long findings of a severity may be served; null for any time.</summary>
    public static TimeSpan? Allowed(SlaSpec? sla, VulnerabilitySeverity severity) =>
        (
            severity switch
            {
                VulnerabilitySeverity.Critical => sla?.Critical,
                VulnerabilitySeverity.High => sla?.High,
                VulnerabilitySeverity.Medium => sla?.Medium,
                _ => sla?.Low,
            }
        )?.Value;

    /// <summary>Tells whether a finding has been served for longer than it may.</summary>
    public static bool IsOverdue(SlaSpec? sla, KnownVulnerability finding, DateTime now) =>
        Allowed(sla, finding) is { } allowed && now - (finding.FirstSeen ?? now) > allowed;
}
