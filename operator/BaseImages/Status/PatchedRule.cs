using System.Globalization;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Vulnerabilities;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Vulnerabilities;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Cluster;

namespace GemmaOperator.BaseImages.Status;

/// <summary>Decides what people are told of the vulnerabilities of what serves.</summary>
internal static class PatchedRule
{
    /// <summary>Bounds the findings that are named.</summary>
    private const int Named = 3;

    /// <summary>Says how many intervals old a scan may be that still says something good.</summary>
    private const int StillTrue = 3;

    /// <summary>Returns null where nobody asks for scans, or nothing is there yet to be scanned.</summary>
    public static Finding? Judge(ConditionFacts f)
    {
        var s = f.Seen with { Image = f.Seen.Image with { Status = f.Status } };
        if (
            s.Spec.Triggers.Vulnerabilities is not { } trigger
            || (f.Status.ServingImage ?? f.Status.LatestImage) is null
        )
        {
            return null;
        }

        if (ScanTarget.Serving(s) is not { } serving)
        {
            return s.Spec.Rollout.Mode == RolloutMode.Managed && f.Status.ServingImage is null
                ? null
                : Finding.Unknown(
                    ImageReason.Patched.ContentsUnknown,
                    "Nobody knows which packages what serves holds: its GemmaBuild is gone; the next image that serves "
                        + "is known again"
                );
        }

        var image = ScanPolicy.Known(f.Status, serving.Digest);
        if (Exposure.Counted(s.Spec, image, s.Now) is { Count: > 0 } findings)
        {
            return Exposed(s, image!, findings);
        }

        if (image?.Failure is { } failure)
        {
            return Failed(s, failure);
        }

        if (image?.ScanTime is not { } scanned)
        {
            return Finding.Unknown(ImageReason.Patched.ScanPending, Pending(s, serving, image));
        }

        if (scanned + (StillTrue * trigger.Interval.Span) < s.Now)
        {
            return Finding.Unknown(
                ImageReason.Patched.ScanOutdated,
                $"What build {image.Build} made was last scanned at {Time(scanned)} UTC"
                    + (s.Spec.Suspend ? "; spec.suspend stops scans, too" : "")
            );
        }

        if (image.Each.Any(list => Exposure.CountOf(trigger, list) > Exposure.AcceptedOf(s.Spec, list, s.Now)))
        {
            return Finding.False(
                ImageReason.Patched.Vulnerable,
                $"{Counts(image)} in what build {image.Build} made, which serves, and the scan names none of them"
            );
        }

        var what = $"{Level(trigger)} in the {image.Packages} packages of build {image.Build}";
        return image.DatabaseTime is { } made && scanned - made > ScannerDatabase.Old
            ? Finding.Unknown(
                ImageReason.Patched.DatabaseOutdated,
                $"Nothing was found of {what}, by a database of {Day(made)}, which knows nothing newer. Look why "
                    + $"{s.Spec.Verification.Scan.Scanner} gets no newer one: its pod's way there, or a late "
                    + "mirror."
            )
            : Finding.True(
                ImageReason.Patched.NothingFound,
                $"Nothing was found of {what}, scanned by {s.Spec.Verification.Scan.Scanner}, whose database is "
                    + (image.DatabaseTime is { } day ? $"of {Day(day)}" : "of unknown age")
            );
    }

    /// <summary>Returns when something else may be said, or done, though nothing changes (UTC).</summary>
    public static DateTime? NextLook(ImageSnapshot s)
    {
        if (!ScanPolicy.IsAsked(s))
        {
            return null;
        }

        var serving = ScanTarget.Serving(s) is { } target ? ScanPolicy.Known(s.Status, target.Digest) : null;
        return new[]
        {
            ScanPolicy.Judge(s) switch
            {
                ScanState.Resting resting => resting.Until,
                ScanState.Running running => running.Until,
                _ => null,
            },
            Exposure
                .Counted(s.Spec, serving, s.Now)
                .Select(f => f.FirstSeen + Exposure.Allowed(s.Spec.Sla, f))
                .Where(at => at > s.Now)
                .Min(),
        }.Min();
    }

    /// <summary>Returns the event of an exposure that is new, or has lasted for too long.</summary>
    public static EventText? News(GemmaBaseImageStatus before, GemmaBaseImageStatus after) =>
        after.Conditions.FirstOrDefault(c => c is { Type: ConditionType.Patched, Status: "False" }) is { } now
        && before.Conditions.FirstOrDefault(c => c.Type == ConditionType.Patched)?.Reason != now.Reason
            ? new EventText(true, now.Reason, "Scan", now.Message)
            : null;

    private static Finding Exposed(ImageSnapshot s, KnownScan image, IReadOnlyList<KnownVulnerability> findings)
    {
        var overdue = findings.Where(f => Exposure.IsOverdue(s.Spec.Sla, f, s.Now)).ToList();
        var worst = (overdue.Count > 0 ? overdue : findings).Take(Named).Select(f => Text(s, image, f));
        var total = Level(s.Spec.Triggers.Vulnerabilities!);
        return Finding.False(
            overdue.Count > 0 ? ImageReason.Patched.SlaExceeded : ImageReason.Patched.Vulnerable,
            $"{Counts(image)} in what build {image.Build} made, which serves; {total} count: "
                + string.Join("; ", worst)
                + (findings.Count > Named ? "; …" : "")
                + $". {WhatNext(s, image, findings)}"
                + (
                    image.Failure is { } failure ? $" The newest scan failed: {failure.Message}."
                    : image.Awaited is [var other, ..] ? $" What is there for {other} isn't scanned yet."
                    : ""
                )
        );
    }

    /// <summary>Says what becomes of the findings by itself, and what must be done where nothing does.</summary>
    private static string WhatNext(ImageSnapshot s, KnownScan image, IReadOnlyList<KnownVulnerability> findings)
    {
        if (s.Spec.Suspend)
        {
            return "spec.suspend holds builds and scans back.";
        }

        if (s.RunningBuild is { } running)
        {
            return $"Build {running.BuildName} runs.";
        }

        if (ScanTarget.Published(s) is { } published && published.Digest != image.Digest)
        {
            return ScanPolicy.Known(s.Status, published.Digest) is { ScanTime: not null } newer
                ? Exposure.Counted(s.Spec, newer, s.Now) is { Count: 0 }
                    ? $"Build {newer.Build} has none of them and doesn't serve yet."
                    : $"Build {newer.Build} still has some of them."
                : $"What build {published.Build.BuildName} published isn't scanned yet.";
        }

        var mendable = findings.Where(f => f.Fixed.Length > 0).ToList();
        if (mendable.Count == 0)
        {
            return "None of them has a fix yet; a build follows when one has.";
        }

        return mendable.All(FixPolicy.IsGivenUp)
                ? $"{FixPolicy.MostAttempts} builds haven't brought what mends them, and none follows for them: "
                    + "raise what spec.requirements or spec.systemPackages pins, take a newer spec.base, or accept "
                    + "them in "
                    + "spec.verification.scan.ignore."
            : mendable.Any(f => f.Attempts > 0)
                ? "The last build for them hasn't brought what mends them; another one follows later."
            : "A build is due.";
    }

    private static Finding Failed(ImageSnapshot s, ScanFailure failure) =>
        Finding.Unknown(
            failure.Reason,
            $"What serves can't be scanned: {failure.Message.TrimEnd('.')}. {RemedyOf(s, failure)}"
        );

    private static string RemedyOf(ImageSnapshot s, ScanFailure failure) =>
        failure.Reason switch
        {
            ImageReason.Patched.ContentsUnknown when !s.Spec.Verification.PullTest.Enabled =>
                "Set spec.verification.pullTest.enabled to true: the pull test lists packages.",
            ImageReason.Patched.ContentsUnknown
            or ImageReason.Patched.SourcesUnknown
            or ImageReason.Patched.SbomMissing
            or ImageReason.Patched.SbomReplaced
            or ImageReason.Patched.SbomUnreadable =>
                "The next build stores one; to ask for it: kubectl annotate gemmabaseimage "
                    + $"{s.Image.Metadata.Name} -n {s.Image.Metadata.NamespaceProperty} --overwrite "
                    + $"{ApiGroup.RequestedAtAnnotation}=\"$(date -u +%FT%TZ)\"",
            ImageReason.Patched.SbomTooLarge => "Set spec.verification.scan.enabled to have candidates scanned.",
            _ => "It is tried again by itself.",
        };

    private static string Pending(ImageSnapshot s, ScanTarget serving, KnownScan? image)
    {
        var trouble = ScanPolicy.Judge(s) is ScanState.Running { Trouble: { } why } ? $": {why}" : "";
        var platforms = image?.Awaited is { Count: > 0 } some ? $" for {string.Join(" and ", some)}" : "";
        return $"What build {serving.Build.BuildName} made hasn't been scanned yet{platforms}{trouble}";
    }

    private static string Text(ImageSnapshot s, KnownScan image, KnownVulnerability f)
    {
        var days = (int)(s.Now - (f.FirstSeen ?? s.Now)).TotalDays;
        var mended = f.Fixed.Length > 0 ? $"fixed in {f.Fixed}" : "no fix";
        var known = string.Create(CultureInfo.InvariantCulture, $"known for {days} day{(days == 1 ? "" : "s")}");
        var allowed = Exposure.Allowed(s.Spec.Sla, f) is { } most
            ? string.Create(CultureInfo.InvariantCulture, $" of {most.TotalDays:0.#} that spec.sla allows")
            : "";
        var where = image.PlatformsOf(f) is { Count: > 0 } some ? $" on {string.Join(" and ", some)}" : "";
        return $"{f.Id} ({f.Severity}) in {f.Package} {f.Installed}{where}, {mended}, {known}{allowed}";
    }

    private static string Counts(KnownScan image) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{image.Critical} critical, {image.High} high, {image.Medium} medium and {image.Low} low findings"
        );

    private static string Level(VulnerabilityTrigger trigger) =>
        $"{trigger.Severity} or worse{(trigger.FixableOnly ? " with a fix" : "")}";

    private static string Time(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Day(DateTime time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
