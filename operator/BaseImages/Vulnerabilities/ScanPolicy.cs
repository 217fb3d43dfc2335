using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Vulnerabilities;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Cluster;
using GemmaOperator.Text;
using k8s;
using k8s.Models;

namespace GemmaOperator.BaseImages.Vulnerabilities;

/// <summary>
/// Judges which list of packages is scanned next, and what a scan has come to: one at a time of an object, what is
/// published before what serves.
/// </summary>
internal static class ScanPolicy
{
    /// <summary>Bounds the pause after failures.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromHours(2);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(5);

    /// <summary>Judges what is to be done; resting where nobody asks for scans, or nothing may start.</summary>
    public static ScanState Judge(ImageSnapshot s)
    {
        if (!IsAsked(s))
        {
            return new ScanState.Resting(null);
        }

        var states = ScanTarget.All(s).Select(target => Judge(s, target)).ToList();
        return states.FirstOrDefault(state => state is ScanState.Found or ScanState.Failed)
            ?? states.FirstOrDefault(state => state is ScanState.Running)
            ?? states.FirstOrDefault(state => state is ScanState.Due)
            ?? new ScanState.Resting(states.OfType<ScanState.Resting>().Select(state => state.Until).Min());
    }

    /// <summary>Tells whether scans are asked for, and may start.</summary>
    public static bool IsAsked(ImageSnapshot s) =>
        s.Spec.Triggers.Vulnerabilities is not null
        && s.Image.Metadata.DeletionTimestamp is null
        && s.Inputs is BuildRequest.Known
        && !s.Spec.Suspend;

    /// <summary>Returns what is known of an image, on all its platforms together; null when nothing is.</summary>
    public static KnownScan? Known(GemmaBaseImageStatus status, string digest) =>
        KnownScan.Of([.. (status.Vulnerabilities?.Images ?? []).Where(i => i.Digest == digest)]);

    /// <summary>Returns the fingerprint of how lists are scanned; exceptions that have expired are left out.</summary>
    public static string SettingsOf(GemmaBaseImageSpec spec, DateTime now)
    {
        var scan = spec.Verification.Scan;
        return new Fingerprint()
            .With("scanner", scan.Scanner.Text)
            .With("image", scan.Image)
            .With("unfixed", spec.Triggers.Vulnerabilities?.FixableOnly == false ? "count" : null)
            .With("args", scan.Args is { Count: > 0 } args ? string.Join(' ', args) : null)
            .With("env", scan.Env is { Count: > 0 } env ? KubernetesJson.Serialize(env) : null)
            .With("database", scan.Database is { } database ? KubernetesJson.Serialize(database) : null)
            .WithSet("ignored", scan.Ignore.Where(i => i.Expires is null || i.Expires > now).Select(i => i.Id))
            .ToString();
    }

    /// <summary>Returns the pause after failures in a row.</summary>
    public static TimeSpan PauseAfter(int failures) =>
        TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks * (1L << Math.Clamp(failures - 1, 0, 10))));

    /// <summary>Judges the scan of one image; a Job is looked for by its name, which counts those before it.</summary>
    private static ScanState Judge(ImageSnapshot s, ScanTarget target)
    {
        var settings = SettingsOf(s.Spec, s.Now);
        var known = s.Status.Vulnerabilities?.Images.FirstOrDefault(target.IsOf);
        var name = SbomScanJob.NameOf(s.Image, target, settings, (known?.Runs ?? 0) + 1);
        return s.Workload.Jobs.FirstOrDefault(j => j.Metadata.Name == name) is { } job ? ResultOf(s, target, job)
            : NextScan(s, target, known, settings) is { } at && at > s.Now ? new ScanState.Resting(at)
            : target.Build.Status?.Contents?.Sbom?.Digest is null
                ? new ScanState.Failed(
                    target,
                    ImageReason.Patched.ContentsUnknown,
                    $"nobody knows which packages the image of build {target.Build.Metadata.Name} holds: the registry "
                        + "has no list of them"
                )
            : !target.HasSources
                ? new ScanState.Failed(
                    target,
                    ImageReason.Patched.SourcesUnknown,
                    $"the list of packages of build {target.Build.Metadata.Name} names no source packages, by which "
                        + "advisories are found: an older release of the operator made it"
                )
            : new ScanState.Due(target, name);
    }

    /// <summary>
    /// Returns when an image is scanned next (UTC); null for at once. One that failed for want of a list is looked at
    /// again when there is one.
    /// </summary>
    private static DateTime? NextScan(ImageSnapshot s, ScanTarget target, ScannedImage? known, string settings) =>
        known is null || known.Settings != settings ? null
        : known.Failure is { } failure
            ? IsMended(failure, target) ? null
                : failure.RetryAt
        : known.ScanTime + s.Spec.Triggers.Vulnerabilities!.Interval.Span;

    private static bool IsMended(ScanFailure failure, ScanTarget target) =>
        failure.Reason is ImageReason.Patched.ContentsUnknown or ImageReason.Patched.SourcesUnknown
        && target.HasSources;

    private static ScanState ResultOf(ImageSnapshot s, ScanTarget target, V1Job job)
    {
        if (s.Scans.ForeignPods.FirstOrDefault(p => p.JobUid == job.Metadata.Uid) is { } foreign)
        {
            return Failed(foreign.Message);
        }

        var observed = new ObservedJob(
            job,
            [
                .. s
                    .Scans.Pods.Where(p => p.IsControlledBy(job.Metadata.Uid))
                    .OrderByDescending(p => p.Metadata.CreationTimestamp),
            ],
            []
        );
        return ScanResult.Of(observed.NewestPod, s.Spec.Verification.Scan.Scanner, ScannedImage.MostFindings) switch
        {
            ScanResult.Found found => new ScanState.Found(target, found),
            ScanResult.Failed failed => Failed(failed.Why),
            _ when job.IsFinished && !observed.AwaitsPod(s.Now) => Failed(
                $"Job {job.Metadata.Name} ended without a result: "
                    + (job.Failure?.Message ?? job.Failure?.Reason ?? "its pod is gone")
            ),
            _ => new ScanState.Running(
                target,
                PodStartProblem.Read(observed)?.Message,
                job.IsFinished ? observed.PodAwaitedUntil(s.Now) : null
            ),
        };

        ScanState.Failed Failed(string why) => new(target, ImageReason.Patched.ScannerFailed, why);
    }
}
