using GemmaOperator.Api.Vulnerabilities;
using GemmaOperator.Builds.Steps.Scan;

namespace GemmaOperator.BaseImages.Vulnerabilities;

/// <summary>
/// Holds what is known of the vulnerabilities of one image, on all its platforms together: a finding of several counts
/// once, and what isn't known of one platform isn't known of the image.
/// </summary>
internal sealed record KnownScan
{
    private readonly IReadOnlyList<ScannedImage> _lists;

    private KnownScan(IReadOnlyList<ScannedImage> lists)
    {
        _lists = lists;
        Findings = [.. lists.SelectMany(l => l.Findings).GroupBy(KeyOf).Select(Joined)];
    }

    public string Digest => _lists[0].Digest;

    /// <summary>Gets what is known of each platform alone.</summary>
    public IEnumerable<KnownScan> Each => _lists.Select(list => new KnownScan([list]));

    /// <summary>Gets the GemmaBuild whose lists were scanned.</summary>
    public string Build => _lists[0].Build;

    /// <summary>Gets the oldest of the times when a list was last scanned well (UTC); null until all were.</summary>
    public DateTime? ScanTime => _lists.Any(l => l.ScanTime is null) ? null : _lists.Min(l => l.ScanTime);

    /// <summary>Gets the platforms that are still to be scanned while another one was.</summary>
    public IReadOnlyList<string> Awaited =>
        NewestScanTime is null ? [] : [.. _lists.Where(l => l.ScanTime is null).Select(l => l.Platform?.Text ?? "")];

    /// <summary>Gets when a list was last scanned well (UTC); null until one was.</summary>
    public DateTime? NewestScanTime => _lists.Max(l => l.ScanTime);

    /// <summary>Gets when the oldest database was made (UTC); null where no scanner says.</summary>
    public DateTime? DatabaseTime => _lists.Min(l => l.DatabaseTime);

    /// <summary>Gets how many packages all lists have.</summary>
    public int Packages => _lists.Sum(l => l.Packages);

    public int Critical => Count(l => l.Critical, nameof(Critical));

    public int High => Count(l => l.High, nameof(High));

    public int Medium => Count(l => l.Medium, nameof(Medium));

    public int Low => Count(l => l.Low, nameof(Low));

    public int Unknown => Count(l => l.Unknown, nameof(Unknown));

    /// <summary>Gets the worst findings of each list, those of several once.</summary>
    public IReadOnlyList<KnownVulnerability> Findings { get; }

    /// <summary>
    /// Gets why a newest scan came to nothing, of the first platform whose did; null where all came to something.
    /// </summary>
    public ScanFailure? Failure =>
        _lists.FirstOrDefault(l => l.Failure is not null) is { Failure: { } failure } failed
            ? failed.Platform is { } platform
                ? failure with
                {
                    Message = $"{platform.Text}: {failure.Message}",
                }
                : failure
            : null;

    /// <summary>Returns null where nothing is noted.</summary>
    /// <param name="lists">What is noted of the image's lists.</param>
    public static KnownScan? Of(IReadOnlyList<ScannedImage> lists) => lists.Count == 0 ? null : new KnownScan(lists);

    /// <summary>
    /// Returns the platforms that a finding is known of; none where it is known of all, or the image is for one.
    /// </summary>
    public IReadOnlyList<string> PlatformsOf(KnownVulnerability finding)
    {
        var with = _lists.Where(l => l.Findings.Any(f => KeyOf(f) == KeyOf(finding))).ToList();
        return with.Count == _lists.Count ? [] : [.. with.Select(l => l.Platform?.Text).OfType<string>()];
    }

    private int Count(Func<ScannedImage, int> counted, string severity) =>
        FindingCount.Of(
            [.. _lists.Select(counted)],
            Findings.Where(f => f.Severity == severity).Select(f => (f.Id, f.Package))
        );

    /// <summary>Two fixes are two findings: one platform may have a fix that another one hasn't.</summary>
    private static (string Id, string Package, string Fixed) KeyOf(KnownVulnerability f) => (f.Id, f.Package, f.Fixed);

    /// <summary>What was tried least is tried next.</summary>
    private static KnownVulnerability Joined(IEnumerable<KnownVulnerability> same)
    {
        var all = same.ToList();
        return all.MinBy(f => f.Attempts)! with
        {
            Severity = all.MaxBy(Exposure.SeverityOf)!.Severity,
            FirstSeen = all.Min(f => f.FirstSeen),
        };
    }
}
