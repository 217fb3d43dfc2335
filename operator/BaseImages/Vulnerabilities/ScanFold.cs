using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Vulnerabilities;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Cluster;
using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Vulnerabilities;

/// <summary>Folds what scans have come to into the status, and since when each finding is known.</summary>
internal static class ScanFold
{
    private const int MostOfMessage = 500;

    /// <param name="s">What was observed, with a build that was made just now.</param>
    /// <param name="state">How far the scan is.</param>
    /// <param name="failure">Why a scan that was due couldn't be started; null when nothing failed.</param>
    public static VulnerabilitiesStatus? Fold(ImageSnapshot s, ScanState state, ScanState.Failed? failure)
    {
        if (s.Spec.Triggers.Vulnerabilities is null)
        {
            return null;
        }

        var known = (s.Status.Vulnerabilities?.Images ?? [])
            .Select(i => i with { Findings = [.. i.Findings.Select(f => FixPolicy.Counting(f, s.Builds))] })
            .ToList();
        var news = (failure ?? state) switch
        {
            ScanState.Found found => NotedAs(s, known, found),
            ScanState.Failed failed => NotedAs(s, known, failed),
            _ => null,
        };
        var all = news is null
            ? known
            : [news, .. known.Where(i => (i.Digest, i.Platform) != (news.Digest, news.Platform))];
        var targets = ScanTarget.All(s);
        var wanted = targets.Select(t => t.Digest).ToHashSet(StringComparer.Ordinal);
        var images = targets.Select(t => all.FirstOrDefault(t.IsOf) ?? Awaited(all, t)).ToList();
        // What is known of an image that has gone says since when the next one is exposed, until that is scanned.
        IEnumerable<ScannedImage> earlier =
            wanted.Count == 0 || images.Any(i => i?.ScanTime is null) ? all.Where(i => !wanted.Contains(i.Digest)) : [];
        var most = VulnerabilitiesStatus.MostImages * Math.Max(1, s.Spec.Platforms.Count);
        IReadOnlyList<ScannedImage> kept = [.. images.OfType<ScannedImage>().Concat(earlier).Take(most)];
        return kept.Count > 0 ? new VulnerabilitiesStatus { Images = kept } : null;
    }

    /// <summary>
    /// Returns the place of a platform's list that isn't scanned yet while another one's is: what is known of the image
    /// isn't whole until then. Null where nothing is known of the image at all.
    /// </summary>
    private static ScannedImage? Awaited(IReadOnlyList<ScannedImage> known, ScanTarget target) =>
        target.Platform is not null && known.Any(i => i.Digest == target.Digest && i.Platform is not null)
            ? new ScannedImage
            {
                Digest = target.Digest,
                Platform = target.Platform,
                Build = target.Build.Metadata.Name,
            }
            : null;

    private static ScannedImage NotedAs(ImageSnapshot s, List<ScannedImage> known, ScanState.Found found)
    {
        var (target, scan, now) = (found.Target, found.Result.Scan, Conditions.WholeSeconds(s.Now));
        var earlier = known.SelectMany(i => i.Findings).ToList();
        return new ScannedImage
        {
            Digest = target.Digest,
            Platform = target.Platform,
            Build = target.Build.Metadata.Name,
            Runs = RunsOf(known, target) + 1,
            Settings = ScanPolicy.SettingsOf(s.Spec, s.Now),
            ScanTime = now,
            DatabaseTime = found.Result.Database is { } made ? Conditions.WholeSeconds(made < now ? made : now) : null,
            Packages = target.Build.Status?.Contents?.Packages ?? 0,
            Critical = Count(scan.Critical),
            High = Count(scan.High),
            Medium = Count(scan.Medium),
            Low = Count(scan.Low),
            Unknown = Count(scan.Unknown),
            Ignored = Count(scan.Ignored),
            Unfixed = Count(scan.Unfixed),
            Findings =
            [
                .. scan
                    .Worst.Take(ScannedImage.MostFindings)
                    .DistinctBy(f => (f.Id, f.Package))
                    .Select(f => Noted(s, f, earlier, now)),
            ],
        };
    }

    private static KnownVulnerability Noted(
        ImageSnapshot s,
        ScanFinding finding,
        List<KnownVulnerability> earlier,
        DateTime now
    )
    {
        var same = earlier.Where(f => f.Id == finding.Id && f.Package == finding.Package).ToList();
        var tried = same.Where(f => f.Fixed == finding.Fixed).MaxBy(f => f.LastBuild);
        return new KnownVulnerability
        {
            Id = finding.Id,
            Severity = finding.Severity,
            Package = finding.Package,
            Installed = finding.Installed,
            Fixed = finding.Fixed,
            FirstSeen = same.Min(f => f.FirstSeen) is { } first && first < now ? first : now,
            Attempts = tried?.Attempts ?? 0,
            LastBuild = tried?.LastBuild ?? Math.Max(s.Status.BuildCounter, s.LatestBuild?.Number ?? 0),
            AttemptTime = tried?.AttemptTime,
        };
    }

    private static ScannedImage NotedAs(ImageSnapshot s, List<ScannedImage> known, ScanState.Failed failed)
    {
        var before = known.FirstOrDefault(failed.Target.IsOf);
        var count = Math.Min((before?.Failure?.Count ?? 0) + 1, 1_000_000);
        return (before ?? new ScannedImage { Digest = failed.Target.Digest, Platform = failed.Target.Platform }) with
        {
            Build = failed.Target.Build.Metadata.Name,
            Runs = RunsOf(known, failed.Target) + 1,
            Settings = ScanPolicy.SettingsOf(s.Spec, s.Now),
            Failure = new ScanFailure
            {
                Reason = failed.Reason,
                Message = Truncation.Shorten(failed.Message, MostOfMessage),
                Count = count,
                RetryAt = Conditions.WholeSeconds(s.Now) + ScanPolicy.PauseAfter(count),
            },
        };
    }

    private static int RunsOf(List<ScannedImage> known, ScanTarget target) =>
        known.FirstOrDefault(target.IsOf)?.Runs ?? 0;

    /// <summary>What a pod says of itself may be anything.</summary>
    private static int Count(int said) => Math.Clamp(said, 0, 1_000_000);
}
