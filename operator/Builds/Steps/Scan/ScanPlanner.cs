using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Reconcile;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Cluster;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Scan;

/// <summary>Decides how a candidate that runs is looked through for known vulnerabilities.</summary>
internal static class ScanPlanner
{
    public static BuildDecision Decide(BuildSnapshot s, ScanSpec asked, VerificationStatus seen)
    {
        var retries = seen.ScanRetries ?? 0;
        var name = ScanJob.Name(s.Build, retries + 1);
        if (s.Jobs.FirstOrDefault(j => j.Metadata.Name == name) is not { } job)
        {
            return new BuildDecision.StartScan(retries + 1);
        }

        var pods = s.PodsOf(job);
        return ScanResult.Of(pods.Count > 0 ? pods[0] : null, asked.Scanner) switch
        {
            ScanResult.Found found => Judge(asked, seen with { Scan = found.Scan }, found.Scan),
            ScanResult.Failed failed => AfterFailure(
                s,
                asked,
                seen,
                job,
                failed.Why,
                failed.At ?? job.FinishedAt(s.Now)
            ),
            _ when job.IsFinished && BuildPlanner.PodsLag(s, job) => new BuildDecision.AwaitScan(
                name,
                "Waiting for the pod's last words",
                job.FinishedAt(s.Now) + BuildPlanner.PodPatience
            ),
            _ when job.IsFinished => AfterFailure(s, asked, seen, job, Cause(s, job), job.FinishedAt(s.Now)),
            _ => FollowPod(s, asked, seen, job),
        };
    }

    private static BuildDecision Judge(ScanSpec asked, VerificationStatus found, ScanStatus scan) =>
        ScanVerdict.Of(asked, scan) is { } failure
            ? new BuildDecision.Reject(failure, found)
            : new BuildDecision.Accept(found);

    /// <summary>
    /// A scanner that can't reach its database today may tomorrow, so that every failure is worth another attempt.
    /// </summary>
    private static BuildDecision AfterFailure(
        BuildSnapshot s,
        ScanSpec asked,
        VerificationStatus seen,
        V1Job job,
        string why,
        DateTime since
    )
    {
        var retries = seen.ScanRetries ?? 0;
        var name = job.Metadata.Name;
        if (retries >= s.Spec.Template.Build.Retries)
        {
            return GiveUp(s, asked, seen, name, why);
        }

        var at = since + RetryBackoff.After(retries + 1);
        return at <= s.Now
            ? new BuildDecision.RetryScan(name, retries + 1)
            : new BuildDecision.AwaitScan(
                name,
                $"Scan {retries + 1} came to no result ({why}); scan {retries + 2} follows",
                at
            );
    }

    private static BuildDecision FollowPod(BuildSnapshot s, ScanSpec asked, VerificationStatus seen, V1Job job)
    {
        var name = job.Metadata.Name;
        if (PodStartProblem.Of(s.PodsOf(job), s.Events, job) is not { } trouble)
        {
            return new BuildDecision.AwaitScan(
                name,
                $"Job {name} scans the candidate",
                PodEventsPolicy.NextLook(s, job)
            );
        }

        return trouble.FailureAt(new DateTimeOffset(s.Now)) is null
            ? new BuildDecision.AwaitScan(name, trouble.Message, trouble.Deadline?.UtcDateTime)
            : GiveUp(s, asked, seen, name, trouble.Message);
    }

    private static BuildDecision GiveUp(
        BuildSnapshot s,
        ScanSpec asked,
        VerificationStatus seen,
        string job,
        string why
    )
    {
        var failure = ClassifiedFailure.Of(FailureReason.ScannerUnavailable, why, ScanJob.Scanner).Failure;
        var unfinished = s.Jobs.First(j => j.Metadata.Name == job).IsFinished ? null : job;
        return asked.OnScannerError == ScannerErrorPolicy.Warn
            ? new BuildDecision.Accept(
                seen with
                {
                    Scan = new ScanStatus { Error = UntrustedText.Head(why, 1000) },
                },
                unfinished
            )
            : new BuildDecision.Reject(failure, seen, unfinished);
    }

    private static string Cause(BuildSnapshot s, V1Job job) =>
        FailureClassifier.Classify(job, s.PodsOf(job), s.Events, "").Failure.Message;
}
