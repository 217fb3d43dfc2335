using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Vulnerabilities;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;

namespace GemmaOperator.BaseImages.Vulnerabilities;

/// <summary>
/// Decides which findings make a build due: those of what is published, each for the first time that its fix is seen,
/// and twice more, an interval and four intervals after the build before has ended without it. A fix may be announced
/// before a distribution has it, or never reach an image that pins what is vulnerable: neither may build for ever.
/// </summary>
internal static class FixPolicy
{
    /// <summary>Bounds the builds for one fix.</summary>
    public const int MostAttempts = 3;

    /// <summary>Says how many intervals old a scan may be whose findings are still acted on.</summary>
    private const int StillTrue = 3;

    /// <summary>Returns the findings that make a build due now, worst first.</summary>
    public static IReadOnlyList<KnownVulnerability> Due(ImageSnapshot s) =>
        [.. Open(s).Where(f => NextTry(s, f) <= s.Now)];

    /// <summary>Returns when findings make a build due next (UTC); null when none will.</summary>
    public static DateTime? NextTry(ImageSnapshot s) => Open(s).Select(f => NextTry(s, f)).Min();

    /// <summary>Returns a finding with the builds counted that have ended since it was noted.</summary>
    public static KnownVulnerability Counting(KnownVulnerability finding, IReadOnlyList<GemmaBuild> builds)
    {
        var since = builds
            .Where(b => b.Number > finding.LastBuild && IsAttempt(b) && !RepeatsAttempt(b, builds))
            .ToList();
        return since.Count == 0
            ? finding
            : finding with
            {
                Attempts = finding.Attempts + since.Count,
                LastBuild = since.Max(b => b.Number),
                AttemptTime = since.Max(b => b.Status?.CompletionTime),
            };
    }

    /// <summary>Tells whether no more builds are made for a finding.</summary>
    public static bool IsGivenUp(KnownVulnerability finding) => finding.Attempts >= MostAttempts;

    /// <summary>Names findings among what changed, with the platforms where not all have them.</summary>
    public static IEnumerable<FieldChange> ChangesOf(ImageSnapshot s, IEnumerable<KnownVulnerability> findings)
    {
        var known = Acted(s);
        return findings.Select(finding => new FieldChange
        {
            Field =
                $"vulnerability {finding.Id} in {finding.Package}"
                + (known?.PlatformsOf(finding) is { Count: > 0 } some ? $" on {string.Join(" and ", some)}" : ""),
            Old = finding.Installed,
            New = finding.Fixed,
        });
    }

    /// <summary>What a failure has repeated is the same attempt: an outage must not use them up.</summary>
    private static bool RepeatsAttempt(GemmaBuild build, IReadOnlyList<GemmaBuild> builds) =>
        build.Retry > 0
        && builds.Where(b => b.Number < build.Number && b.HasFailed).MaxBy(b => b.Number) is { } before
        && IsAttempt(before);

    private static IEnumerable<KnownVulnerability> Open(ImageSnapshot s) =>
        Exposure.Counted(s.Spec, Acted(s), s.Now).Where(f => f.Fixed.Length > 0).Select(f => Counting(f, s.Builds));

    /// <summary>
    /// Returns what is known of the image that is published, by scans that aren't too old: a platform whose list can't
    /// be scanned leaves those of the others in force. Null where nothing is.
    /// </summary>
    private static KnownScan? Acted(ImageSnapshot s) =>
        s.Spec.Triggers.Vulnerabilities is { } trigger && ScanTarget.Published(s) is { } published
            ? KnownScan.Of([
                .. (s.Status.Vulnerabilities?.Images ?? []).Where(i =>
                    i.Digest == published.Digest && i.ScanTime + (StillTrue * trigger.Interval.Span) > s.Now
                ),
            ])
            : null;

    private static DateTime? NextTry(ImageSnapshot s, KnownVulnerability finding) =>
        finding.Attempts == 0 ? s.Now
        : finding.Attempts >= MostAttempts ? null
        : (finding.AttemptTime ?? s.Now)
            + (s.Spec.Triggers.Vulnerabilities!.Interval.Span * Math.Pow(4, finding.Attempts - 1));

    /// <summary>
    /// Tells whether a build has fetched packages anew, for this or by its schedule. One that gave way to a newer spec
    /// is none.
    /// </summary>
    private static bool IsAttempt(GemmaBuild build) =>
        build is { IsFinished: true, IsSuperseded: false, Spec: { } spec }
        && (
            spec.Reasons.Contains(BuildReason.VulnerabilityFix)
            || (
                spec.Reasons.Contains(BuildReason.Schedule)
                && spec.Template.Build.Cache.Refresh.Value is CacheRefresh.OnSchedule or CacheRefresh.Always
            )
        );
}
