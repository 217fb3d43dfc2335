using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Verify;

/// <summary>Decides how a candidate in the registry proves itself: its config first, then a run of it.</summary>
internal static class VerificationPlanner
{
    /// <summary>Whether something asked for isn't proved yet.</summary>
    public static bool IsOpen(BuildTemplate template, GemmaBuildStatus status) =>
        (template.Verification, status.Verification) switch
        {
            (null, _) => false,
            (_, null) => true,
            ({ } asked, { } seen) => MustRun(asked, seen) || MustScan(asked, seen),
        };

    private static bool MustRun(VerificationTemplate asked, VerificationStatus seen) =>
        asked.PullTest.Enabled && seen.Uid is null;

    private static bool MustScan(VerificationTemplate asked, VerificationStatus seen) =>
        asked.Scan is not null && seen.Scan is null;

    /// <summary>The next step; null when all is proved or nothing was asked for.</summary>
    public static BuildDecision? Decide(BuildSnapshot s) =>
        !IsOpen(s.Spec.Template, s.Status) ? null
        : s.Status.Verification is not { } seen ? new BuildDecision.Inspect(s.Status.Candidate!)
        : MustRun(s.Spec.Template.Verification!, seen) ? FollowJob(s, s.Spec.Template.Verification!, seen)
        : ScanPlanner.Decide(s, s.Spec.Template.Verification!.Scan!, seen);

    private static BuildDecision FollowJob(BuildSnapshot s, VerificationTemplate asked, VerificationStatus seen)
    {
        var attempt = Enumerable
            .Range(1, s.Spec.Template.Build.Retries + 1)
            .LastOrDefault(n => JobOf(s, n) is not null, 1);
        return JobOf(s, attempt) switch
        {
            null => new BuildDecision.StartVerify(attempt),
            { IsFinished: true } job when s.Observe(job).AwaitsPod(s.Now) => new BuildDecision.AwaitVerify(
                job.Metadata.Name,
                "Waiting for the pod's last words",
                job.FinishedAt(s.Now) + ObservedJob.PodPatience
            ),
            { HasSucceeded: true } job => Read(s, job, asked, seen),
            { HasFailed: true } job => AfterFailure(s, job, attempt),
            { } job => FollowPod(s, job),
        };
    }

    private static V1Job? JobOf(BuildSnapshot s, int attempt) =>
        s.Jobs.FirstOrDefault(j => j.Metadata.Name == VerifyJob.Name(s.Build, attempt));

    private static BuildDecision Read(BuildSnapshot s, V1Job job, VerificationTemplate asked, VerificationStatus seen)
    {
        var message = s.Observe(job).Ended(VerifyJob.Container).FirstOrDefault(t => t.ExitCode == 0)?.Message;
        if (!VerifyReport.TryRead(message, out var report, out var problem))
        {
            return new BuildDecision.Reject(VerifyFailureClassifier.ClassifyUnread(problem).Failure, seen);
        }

        var verdict = VerifyVerdict.Of(
            asked,
            s.Status.Candidate!,
            seen.User,
            report!,
            servesFromLibtorch: s.Spec.Template.Application is not null
        );
        var found = verdict.Status with
        {
            Warnings = [.. seen.Warnings.Concat(verdict.Status.Warnings).Distinct(StringComparer.Ordinal).Take(32)],
        };
        return verdict.Failure is { } failure
            ? new BuildDecision.Reject(failure, found)
            : new BuildDecision.Accept(found);
    }

    private static BuildDecision AfterFailure(BuildSnapshot s, V1Job job, int attempt)
    {
        var failed = VerifyFailureClassifier.Classify(s.Observe(job), s.Spec.Template);
        if (!failed.IsTransient || attempt > s.Spec.Template.Build.Retries)
        {
            return new BuildDecision.Reject(failed.Failure, null);
        }

        var at = job.FinishedAt(s.Now) + RetryBackoff.After(attempt);
        return at <= s.Now
            ? new BuildDecision.StartVerify(attempt + 1)
            : new BuildDecision.AwaitVerify(
                job.Metadata.Name,
                $"Check {attempt} failed ({failed.Failure.Reason}: {failed.Failure.Message}); check {attempt + 1} follows",
                at
            );
    }

    private static BuildDecision FollowPod(BuildSnapshot s, V1Job job)
    {
        if (PodStartProblem.Read(s.Observe(job)) is not { } trouble)
        {
            return new BuildDecision.AwaitVerify(
                job.Metadata.Name,
                $"Job {job.Metadata.Name} runs the candidate",
                PodEventsPolicy.NextLook(s.Observe(job), s.Now)
            );
        }

        var words = VerifyWords.For(s.Spec.Template);
        return trouble.HasLasted(s.Now)
            ? new BuildDecision.GiveUp(job.Metadata.Name, JobFailureClassifier.Classify(trouble, words).Failure)
            : new BuildDecision.AwaitVerify(
                job.Metadata.Name,
                JobFailureClassifier.Describe(trouble, words),
                trouble.Deadline?.UtcDateTime
            );
    }
}
