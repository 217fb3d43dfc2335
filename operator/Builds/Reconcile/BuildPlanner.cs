using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.Builds.Reconcile;

/// <summary>Decides the next step of a GemmaBuild; the first rule with an opinion wins.</summary>
internal static class BuildPlanner
{
    private static readonly (string Name, Func<BuildSnapshot, BuildDecision?> Opinion)[] Rules =
    [
        ("what has ended stays ended", StayFinished),
        ("a cancel request stops what runs", HonourCancel),
        ("a good base image is not built again", TakeReusedBase),
        ("a base image comes from a Job", FollowJob),
        ("a candidate proves itself before it is used", VerificationPlanner.Decide),
        ("the application image is made on the base", AssembleApplication),
    ];

    public static BuildDecision Decide(BuildSnapshot snapshot) =>
        Rules.Select(rule => rule.Opinion(snapshot)).FirstOrDefault(opinion => opinion is not null)
        ?? new BuildDecision.Promote(snapshot.Status.Candidate!);

    private static BuildDecision? StayFinished(BuildSnapshot s) =>
        s.Build.IsFinished || s.Build.Metadata.DeletionTimestamp is not null ? new BuildDecision.Finished() : null;

    private static BuildDecision? HonourCancel(BuildSnapshot s) =>
        s.Build.IsCancelRequested
            ? new BuildDecision.Cancel([.. s.Jobs.Where(j => !j.IsFinished).Select(j => j.Metadata.Name)])
            : null;

    private static BuildDecision? TakeReusedBase(BuildSnapshot s) =>
        s.Status.Candidate is null && s.Spec.Template.ReuseBase is { } good
            ? new BuildDecision.ReuseBase(good, s.Spec.Template.Verification?.Proved)
            : null;

    private static BuildDecision? FollowJob(BuildSnapshot s)
    {
        if (s.Status.Candidate is not null)
        {
            return null;
        }

        // Without a reference the last Job was given up or is lost: its attempt is over.
        var attempt = s.Status.JobRef is null ? s.Status.Attempts + 1 : Math.Max(s.Status.Attempts, 1);
        var job = s.Jobs.FirstOrDefault(j => j.Metadata.Name == KanikoJob.Name(s.Build, attempt));
        return job switch
        {
            null when s.Status.JobRef is not null => Seek(s, attempt),
            null => new BuildDecision.StartJob(attempt),
            { IsFinished: true } when s.Observe(job).AwaitsPod(s.Now) => new BuildDecision.AwaitJob(
                job.Metadata.Name,
                "Waiting for the pod's last words",
                job.FinishedAt(s.Now) + ObservedJob.PodPatience,
                attempt
            ),
            { HasSucceeded: true } => ReadDigest(s, job),
            { HasFailed: true } => AfterFailure(s, job, attempt),
            { FailingSince: { } since } => AwaitEnd(s, job, attempt, since + ObservedJob.NodePatience),
            _ => FollowPod(s, job, attempt),
        };
    }

    /// <summary>
    /// A node that doesn't answer never says that its pod has ended, and the Job waits for that for ever.
    /// </summary>
    private static BuildDecision AwaitEnd(BuildSnapshot s, V1Job job, int attempt, DateTime until)
    {
        var name = job.Metadata.Name;
        if (s.Now < until)
        {
            return new BuildDecision.AwaitJob(
                name,
                $"Job {name} has failed, and its pod is about to end",
                until,
                attempt
            );
        }

        var failed = JobFailureClassifier.Classify(JobFailure.Strand(job, KanikoJob.Container), KanikoWords.Words);
        return failed.IsTransient && MayRetry(s, attempt)
            ? new BuildDecision.StartOver(name, attempt + 1, failed.Failure)
            : new BuildDecision.GiveUp(name, failed.Failure);
    }

    /// <summary>Somebody may have deleted the Job, but a new leader's cache may also not have it yet.</summary>
    private static BuildDecision.SeekJob Seek(BuildSnapshot s, int attempt) =>
        new(
            KanikoJob.Name(s.Build, attempt),
            MayRetry(s, attempt) ? attempt + 1 : null,
            JobFailureClassifier.ClassifyLost(KanikoWords.Words).Failure
        );

    /// <summary>
    /// A pod that can't start is waited for within bounds; a cluster may be growing, a Secret on its way.
    /// </summary>
    private static BuildDecision FollowPod(BuildSnapshot s, V1Job job, int attempt)
    {
        var name = job.Metadata.Name;
        if (PodStartProblem.Read(s.Observe(job)) is not { } trouble)
        {
            return new BuildDecision.AwaitJob(
                name,
                $"Job {name} runs, attempt {attempt}",
                PodEventsPolicy.NextLook(s.Observe(job), s.Now),
                attempt
            );
        }

        return JobFailureClassifier.Classify(trouble, KanikoWords.Words) switch
        {
            _ when !trouble.HasLasted(s.Now) => new BuildDecision.AwaitJob(
                name,
                JobFailureClassifier.Describe(trouble, KanikoWords.Words),
                trouble.Deadline?.UtcDateTime,
                attempt,
                IsPending: true
            ),
            { IsTransient: true } failed when MayRetry(s, attempt) => new BuildDecision.StartOver(
                name,
                attempt + 1,
                failed.Failure
            ),
            { } failed => new BuildDecision.GiveUp(name, failed.Failure),
        };
    }

    private static bool MayRetry(BuildSnapshot s, int attempt) => attempt <= s.Spec.Template.Build.Retries;

    private static BuildDecision? AssembleApplication(BuildSnapshot s) =>
        s.Status.Application is null && s.Spec.Template.Application is { } application
            ? new BuildDecision.Assemble(s.Status.Candidate!, application)
            : null;

    /// <summary>The pod's digest is what the registry must confirm; without one, the registry alone is asked.</summary>
    private static BuildDecision ReadDigest(BuildSnapshot s, V1Job job) =>
        new BuildDecision.ConfirmPush(
            DigestReport.Read(s.Observe(job)).TryGet(out var digest) ? digest.ToString() : null
        );

    private static BuildDecision AfterFailure(BuildSnapshot s, V1Job job, int attempt)
    {
        var failed = FailureClassifier.Classify(s.Observe(job), s.Spec.Resolved.Dockerfile, s.Log);
        if (!failed.IsTransient || !MayRetry(s, attempt))
        {
            return new BuildDecision.Fail(failed.Failure);
        }

        var at = job.FinishedAt(s.Now) + RetryBackoff.After(attempt);
        return at <= s.Now
            ? new BuildDecision.StartJob(attempt + 1)
            : new BuildDecision.BackOff(attempt + 1, at, failed.Failure);
    }
}
