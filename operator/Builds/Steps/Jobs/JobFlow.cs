using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Jobs;

/// <summary>
/// Follows the Job of a step, whichever it is: started, waited for while its pod can't start or its node doesn't
/// answer, sought when the cache doesn't have it, and tried again after a failure that may pass.
/// </summary>
internal static class JobFlow
{
    public static BuildStep Decide(JobStep step, BuildSnapshot s)
    {
        var run = StepRun.Read(s, step);
        var name = step.JobName(s.Build, run.Current);
        if (s.Jobs.FirstOrDefault(j => j.Metadata.Name == name) is not { } job)
        {
            if (run.Job is null)
            {
                return step.Start(run.Current);
            }

            if (run.RetryAt is { } at)
            {
                // A pause was announced: the attempt is over, and the next one starts when it was said to.
                return at > s.Now ? new PauseOver(step, at) : step.Start(run.Current + 1);
            }

            // Somebody may have deleted the Job, but a new leader's cache may also not have it yet.
            return new SeekJob(step, name, MayRetry(s, run.Current) ? run.Current + 1 : null);
        }

        if (run.Job is null)
        {
            // Whoever made it, it is only believed once the API server's copy was compared with what we make.
            return step.Start(run.Current);
        }

        if (NotOurs(run, s, job) is { } why)
        {
            return EndEarly(step, s, run, name, ClassifiedFailure.Of(FailureReason.NotOurs, why));
        }

        var observed = s.Observe(job);
        // What the pod said was told with the pause. Now that it is gone less is known, and nothing better.
        if (run.RetryAt is { } announced && job.HasFailed && !observed.HasEndedPod)
        {
            return announced > s.Now ? new PauseOver(step, announced) : step.Start(run.Current + 1);
        }

        if (observed.AwaitsPod(s.Now))
        {
            return new AwaitJob(
                step,
                name,
                $"Job {name} has ended, and what its pod says of it is on its way",
                observed.PodAwaitedUntil(s.Now),
                run.Current
            );
        }

        return step.Read(s, observed) switch
        {
            JobReading.Result result => result.Next,
            JobReading.Failed failed => AfterFailure(step, s, run, job, failed.Failure, failed.At),
            _ when job.IsFinished => AfterFailure(step, s, run, job, step.Classify(s, observed), job.FinishedAt(s.Now)),
            // Its end is read; a container that others put beside it goes on and keeps the Job from saying so.
            _ when HeldOpenBy(step, s, observed) is not null => AfterFailure(
                step,
                s,
                run,
                job,
                step.Classify(s, observed),
                observed.EndOf(step.WordsOf(s, job).Container)!.FinishedAt ?? s.Now
            ),
            _ when job.FailingSince is { } since => AwaitEnd(step, s, run, job, since + ObservedJob.NodePatience),
            _ => FollowPod(step, s, run, observed),
        };
    }

    /// <summary>
    /// Says why what the Job says isn't believed; null when it is: it is the one that was made, and its pods are what
    /// it asks for.
    /// </summary>
    private static string? NotOurs(StepRun run, BuildSnapshot s, V1Job job) =>
        run.IsAnother(job) ? $"Job {job.Metadata.Name} isn't the one that was made under this name, which is gone"
        : s.ForeignOf(job) is { } pod ? pod.Message
        : null;

    /// <summary>A pause grows with the attempts; how long it is stays as it was announced.</summary>
    private static BuildStep AfterFailure(
        JobStep step,
        BuildSnapshot s,
        StepRun run,
        V1Job job,
        ClassifiedFailure failure,
        DateTime since
    )
    {
        var (name, attempt) = (job.Metadata.Name, run.Current);
        if (!failure.IsTransient || !MayRetry(s, attempt))
        {
            // One that others hold open is ended after its words are kept, by EndJob.
            var isEnding = job.IsFinished || HeldOpenBy(step, s, s.Observe(job)) is not null;
            return step.GiveUp(s, failure, isEnding ? null : name);
        }

        var at = run.RetryAt ?? since + RetryBackoff.After(attempt);
        return at > s.Now ? new BackOff(step, attempt + 1, at, failure)
            : job.IsFinished ? step.Start(attempt + 1)
            : new StartOver(step, name, attempt + 1, failure);
    }

    /// <summary>
    /// A node that doesn't answer never says that its pod has ended, and the Job waits for that for ever.
    /// </summary>
    private static BuildStep AwaitEnd(JobStep step, BuildSnapshot s, StepRun run, V1Job job, DateTime until)
    {
        var name = job.Metadata.Name;
        if (s.Now < until)
        {
            return new AwaitJob(step, name, $"Job {name} has failed, and its pod is about to end", until, run.Current);
        }

        return EndEarly(step, s, run, name, step.ClassifyStranded(s, job));
    }

    /// <summary>
    /// A pod that can't start is waited for within bounds; a cluster may be growing, a Secret on its way.
    /// </summary>
    private static BuildStep FollowPod(JobStep step, BuildSnapshot s, StepRun run, ObservedJob job)
    {
        var words = step.WordsOf(s, job.Job) with
        {
            Node = s.Spec.Template.Part is { } part ? $"node of {part.Text}" : "node",
        };
        if (PodStartProblem.Read(job) is not { } problem || IsBesideTheWork(problem, job, words))
        {
            return new AwaitJob(
                step,
                job.Name,
                step.Describe(job.Name, run.Current),
                PodEventsPolicy.NextLook(job, s.Now),
                run.Current
            );
        }

        return problem.HasLasted(new DateTimeOffset(s.Now))
            ? EndEarly(step, s, run, job.Name, JobFailureClassifier.Classify(problem, words))
            : new AwaitJob(
                step,
                job.Name,
                JobFailureClassifier.Describe(problem, words),
                problem.Deadline?.UtcDateTime,
                run.Current,
                IsPending: true
            );
    }

    /// <summary>What keeps somebody else's container from starting keeps ours from nothing once it runs.</summary>
    private static bool IsBesideTheWork(PodStartProblem problem, ObservedJob job, JobWords words) =>
        JobFailureClassifier.IsForeign(problem, words)
        && job.NewestPod?.StatusOf(words.Container)?.State is { Running: not null };

    private static string? HeldOpenBy(JobStep step, BuildSnapshot s, ObservedJob job)
    {
        var words = step.WordsOf(s, job.Job);
        return job.HeldOpenBy(words.Container, words.Containers);
    }

    /// <summary>The pod has had its time: its Job goes, and what it waited for was pause enough.</summary>
    private static BuildStep EndEarly(
        JobStep step,
        BuildSnapshot s,
        StepRun run,
        string job,
        ClassifiedFailure failure
    ) =>
        failure.IsTransient && MayRetry(s, run.Current)
            ? new StartOver(step, job, run.Current + 1, failure)
            : step.GiveUp(s, failure, job);

    private static bool MayRetry(BuildSnapshot s, int attempt) => attempt <= s.Spec.Template.Build.Retries;
}
