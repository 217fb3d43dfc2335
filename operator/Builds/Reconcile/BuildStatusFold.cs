using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Reconcile;

/// <summary>The status of a GemmaBuild as a fold over what was decided and what came of it.</summary>
internal static class BuildStatusFold
{
    public static GemmaBuildStatus Fold(BuildSnapshot s, BuildDecision decision, BuildOutcome outcome)
    {
        if (decision is BuildDecision.Finished)
        {
            return s.Status;
        }

        var conditions = new Conditions(s.Status.Conditions, s.Build.Metadata.Generation ?? 0, s.Now);
        var status = s.Status with
        {
            ObservedGeneration = s.Build.Metadata.Generation,
            // What a build takes and costs begins with its Job: waiting for a slot, or for a name, is free.
            StartTime =
                s.Status.StartTime
                ?? (
                    decision is BuildDecision.Queue || outcome is BuildOutcome.Blocked
                        ? null
                        : Conditions.WholeSeconds(s.Now)
                ),
        };
        status = (decision, outcome) switch
        {
            (BuildDecision.StartJob start, BuildOutcome.JobStarted started) => Started(
                status,
                conditions,
                s,
                start,
                started
            ),
            (BuildDecision.Queue queue, _) => Queued(status, conditions, queue),
            (BuildDecision.AwaitJob wait, _) => Running(status, conditions, s, wait),
            (BuildDecision.BackOff pause, _) => Pausing(status, conditions, pause.Attempt, pause.Last),
            (BuildDecision.StartOver over, _) => Pausing(Over(status, over.Next), conditions, over.Next, over.Last),
            (BuildDecision.SeekJob { Next: { } next } seek, BuildOutcome.JobGone) => Pausing(
                Over(status, next),
                conditions,
                next,
                seek.Lost
            ),
            (BuildDecision.SeekJob seek, BuildOutcome.JobGone) => Failed(status, conditions, s, seek.Lost),
            (BuildDecision.ReuseBase reuse, _) => status with
            {
                Candidate = reuse.Base,
                Verification = reuse.Proved,
                Steps = status.Steps.Start(StepLog.Build, s.Now).End(StepLog.Build, "Skipped", s.Now),
            },
            (_, BuildOutcome.PushConfirmed pushed) => status with
            {
                Candidate = pushed.Candidate,
                Steps = status.Steps.End(StepLog.Build, "Succeeded", s.Now),
            },
            (_, BuildOutcome.Inspected { Verdict: { Failure: { } rootly } verdict }) => Failed(
                status with
                {
                    Verification = verdict.Status,
                },
                conditions,
                s,
                rootly
            ),
            (_, BuildOutcome.Inspected { Verdict: var verdict }) => status with
            {
                Verification = verdict.Status,
                Steps = status
                    .Steps.Start(StepLog.Verify, s.Now)
                    .EndIf(s.Spec.Template.Verification?.PullTest.Enabled != true, StepLog.Verify, "Succeeded", s.Now),
            },
            (BuildDecision.StartVerify, BuildOutcome.JobStarted job) => Verifying(
                status,
                conditions,
                $"Job {job.Job} was created"
            ),
            (BuildDecision.AwaitVerify wait, _) => Verifying(status, conditions, wait.Message),
            (BuildDecision.StartScan, BuildOutcome.JobStarted job) => Verifying(
                status with
                {
                    Steps = status.Steps.Start(StepLog.Scan, s.Now),
                },
                conditions,
                $"Job {job.Job} was created"
            ),
            (BuildDecision.AwaitScan wait, _) => Verifying(status, conditions, wait.Message),
            (BuildDecision.RetryScan retry, _) => Verifying(
                status with
                {
                    Verification = status.Verification! with { ScanRetries = retry.Retries },
                },
                conditions,
                $"Scan {retry.Retries + 1} follows"
            ),
            (BuildDecision.Accept accept, _) => status with
            {
                Verification = accept.Found,
                Steps = status.Steps.End(accept.Found.Scan is null ? StepLog.Verify : StepLog.Scan, "Succeeded", s.Now),
            },
            (BuildDecision.Reject reject, _) => Failed(
                status with
                {
                    Verification = reject.Found ?? status.Verification,
                },
                conditions,
                s,
                reject.Failure
            ),
            (_, BuildOutcome.Assembled assembled) => status with
            {
                Application = assembled.Application,
                Steps = status.Steps.Start(StepLog.Assemble, s.Now).End(StepLog.Assemble, "Succeeded", assembled.At),
            },
            (_, BuildOutcome.Promoted promoted) => Succeeded(status, conditions, s, promoted),
            (_, BuildOutcome.Canceled) => Failed(status, conditions, s, Stopped(s)),
            (BuildDecision.Fail fail, _) => Failed(status, conditions, s, fail.Failure),
            (BuildDecision.GiveUp gone, _) => Failed(status, conditions, s, gone.Failure),
            (_, BuildOutcome.Impossible impossible) => Failed(status, conditions, s, impossible.Failure),
            (_, BuildOutcome.Blocked blocked) => Blocked(status, conditions, blocked.By),
            (_, BuildOutcome.Unavailable unavailable) => Held(status, conditions, decision, unavailable.Message),
            _ => status,
        };
        if (
            status.CompletionTime is null
            && (
                decision is BuildDecision.ReuseBase or BuildDecision.Accept
                || outcome is BuildOutcome.PushConfirmed or BuildOutcome.Inspected or BuildOutcome.Assembled
            )
        )
        {
            var next = VerificationPlanner.IsOpen(s.Spec.Template, status);
            Progress(
                conditions,
                next ? ImageReason.Reconciling.Verifying : ImageReason.Reconciling.Assembling,
                next
                    ? "The base image is in the registry and proves itself now"
                    : "The base image is in the registry; what follows is made there"
            );
        }

        return status with
        {
            Conditions = conditions.List,
        };
    }

    private static BuildFailure Stopped(BuildSnapshot s) =>
        new()
        {
            Reason = FailureReason.Canceled.Name,
            Message = s.Build.SupersededBy is { } generation
                ? $"Canceled: generation {generation} of {s.Spec.ImageRef.Name} or of what it names asks for something else. A build of that follows."
                : "Canceled: spec.cancel is true. A new build starts when something changes or one is requested.",
        };

    private static GemmaBuildStatus Started(
        GemmaBuildStatus status,
        Conditions conditions,
        BuildSnapshot s,
        BuildDecision.StartJob start,
        BuildOutcome.JobStarted job
    )
    {
        Progress(conditions, ImageReason.Reconciling.Building, $"Job {job.Job} was created");
        return status with
        {
            Attempts = start.Attempt,
            JobRef = new LocalReference { Name = job.Job },
            Steps = status.Steps.Start(StepLog.Build, s.Now),
        };
    }

    private static GemmaBuildStatus Queued(GemmaBuildStatus status, Conditions conditions, BuildDecision.Queue queue)
    {
        Progress(
            conditions,
            ImageReason.Reconciling.Queued,
            $"Waits for a free slot, position {queue.Position} of {queue.Length}: the operator runs at most {queue.Most} builds at once (--max-builds)"
        );
        return status;
    }

    private static GemmaBuildStatus Running(
        GemmaBuildStatus status,
        Conditions conditions,
        BuildSnapshot s,
        BuildDecision.AwaitJob wait
    )
    {
        Progress(
            conditions,
            wait.IsPending ? ImageReason.Reconciling.PodPending : ImageReason.Reconciling.Building,
            wait.Message
        );
        return status with
        {
            // A life that was cut short between the Job and the status didn't say so.
            Attempts = Math.Max(status.Attempts, wait.Attempt),
            JobRef = status.JobRef ?? new LocalReference { Name = wait.Job },
            Steps = status.Steps.Start(StepLog.Build, s.Now),
        };
    }

    private static GemmaBuildStatus Verifying(GemmaBuildStatus status, Conditions conditions, string message)
    {
        Progress(conditions, ImageReason.Reconciling.Verifying, message);
        return status;
    }

    /// <summary>The attempt before this one has no Job any more.</summary>
    private static GemmaBuildStatus Over(GemmaBuildStatus status, int next) =>
        status with
        {
            Attempts = next - 1,
            JobRef = null,
        };

    private static GemmaBuildStatus Pausing(GemmaBuildStatus status, Conditions conditions, int next, BuildFailure last)
    {
        Progress(
            conditions,
            ImageReason.Reconciling.BackingOff,
            $"Attempt {next - 1} failed ({last.Reason}: {last.Message}); attempt {next} follows"
        );
        return status;
    }

    private static GemmaBuildStatus Blocked(GemmaBuildStatus status, Conditions conditions, NameTaken by)
    {
        Progress(conditions, ImageReason.Reconciling.NameTaken, by.Message);
        return status;
    }

    private static GemmaBuildStatus Held(
        GemmaBuildStatus status,
        Conditions conditions,
        BuildDecision decision,
        string message
    )
    {
        var reason = decision switch
        {
            BuildDecision.StartJob or BuildDecision.ConfirmPush => ImageReason.Reconciling.Building,
            BuildDecision.Inspect => ImageReason.Reconciling.Verifying,
            _ => ImageReason.Reconciling.Assembling,
        };
        Progress(conditions, reason, message);
        return status;
    }

    private static GemmaBuildStatus Succeeded(
        GemmaBuildStatus status,
        Conditions conditions,
        BuildSnapshot s,
        BuildOutcome.Promoted promoted
    )
    {
        conditions.True(
            ConditionType.Succeeded,
            ImageReason.BuildSucceeded.Completed,
            $"{promoted.Base.Reference} is published"
        );
        conditions.Remove(ConditionType.Reconciling);
        return status with
        {
            Promoted = promoted.Base,
            Steps = status.Steps.Start(StepLog.Promote, s.Now).End(StepLog.Promote, "Succeeded", promoted.At),
            CompletionTime = Conditions.WholeSeconds(promoted.At),
        };
    }

    private static GemmaBuildStatus Failed(
        GemmaBuildStatus status,
        Conditions conditions,
        BuildSnapshot s,
        BuildFailure failure
    )
    {
        conditions.False(ConditionType.Succeeded, failure.Reason, failure.Message);
        conditions.Remove(ConditionType.Reconciling);
        return status with
        {
            Failure = failure,
            Steps = status.Steps.EndRunning("Failed", s.Now),
            CompletionTime = Conditions.WholeSeconds(s.Now),
        };
    }

    private static void Progress(Conditions conditions, string reason, string message)
    {
        conditions.Unknown(ConditionType.Succeeded, reason, message);
        conditions.True(ConditionType.Reconciling, reason, message);
    }
}
