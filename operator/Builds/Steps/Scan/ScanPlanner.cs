using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Failures;
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
                ClassifiedFailure.Of(FailureReason.ScannerUnavailable, failed.Why, ScanJob.Scanner),
                failed.At ?? job.FinishedAt(s.Now)
            ),
            _ when job.IsFinished && s.Observe(job).AwaitsPod(s.Now) => new BuildDecision.AwaitScan(
                name,
                "Waiting for the pod's last words",
                job.FinishedAt(s.Now) + ObservedJob.PodPatience
            ),
            _ when job.IsFinished => AfterFailure(
                s,
                asked,
                seen,
                job,
                JobFailureClassifier.Classify(
                    JobFailure.Read(s.Observe(job), ScanJob.Scanner),
                    ScanWords.For(s.Spec.Template)
                ),
                job.FinishedAt(s.Now)
            ),
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
        ClassifiedFailure why,
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
                $"Scan {retries + 1} came to no result ({why.Detail}); scan {retries + 2} follows",
                at
            );
    }

    private static BuildDecision FollowPod(BuildSnapshot s, ScanSpec asked, VerificationStatus seen, V1Job job)
    {
        var name = job.Metadata.Name;
        if (PodStartProblem.Read(s.Observe(job)) is not { } trouble)
        {
            return new BuildDecision.AwaitScan(
                name,
                $"Job {name} scans the candidate",
                PodEventsPolicy.NextLook(s.Observe(job), s.Now)
            );
        }

        var words = ScanWords.For(s.Spec.Template);
        return trouble.HasLasted(s.Now)
            ? GiveUp(s, asked, seen, name, JobFailureClassifier.Classify(trouble, words))
            : new BuildDecision.AwaitScan(
                name,
                JobFailureClassifier.Describe(trouble, words),
                trouble.Deadline?.UtcDateTime
            );
    }

    private static BuildDecision GiveUp(
        BuildSnapshot s,
        ScanSpec asked,
        VerificationStatus seen,
        string job,
        ClassifiedFailure why
    )
    {
        var unfinished = s.Jobs.First(j => j.Metadata.Name == job).IsFinished ? null : job;
        return asked.OnScannerError == "Warn"
            ? new BuildDecision.Accept(
                seen with
                {
                    Scan = new ScanStatus { Error = UntrustedText.Head(why.Detail, ClassifiedFailure.MaxMessageBytes) },
                },
                unfinished
            )
            : new BuildDecision.Reject(why.Failure, seen, unfinished);
    }
}
