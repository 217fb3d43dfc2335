using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Queue;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Assemble;
using GemmaOperator.Builds.Steps.Cancel;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Promote;
using GemmaOperator.Builds.Steps.Proof;
using GemmaOperator.Builds.Steps.Reuse;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.References;

namespace Operator.Tests.Builds.Steps;

/// <summary>The steps up to a base image in the registry.</summary>
internal static partial class StepExamples
{
    private static IEnumerable<StepExample> Build()
    {
        yield return Of(
            "a Job of the build is started",
            new StartKaniko(1),
            new JobStarted("j"),
            Fresh,
            "Normal JobStarted Build Attempt 1: Job j",
            "Unknown Building",
            Now
        );
        var told = new StepRun(1, "j").Write(new GemmaBuildStatus(), KanikoStep.Instance, A.Morning);
        yield return Of(
            "a Job that was told is started once more after a crash",
            new StartKaniko(1),
            new JobStarted("j"),
            Given.Snapshot(A.Build(1) with { Status = told }),
            null,
            "Unknown Building",
            Now
        );
        yield return Of(
            "a Job runs",
            new AwaitJob(KanikoStep.Instance, "j", "it runs", A.Morning.AddSeconds(30)),
            Fresh,
            null,
            "Unknown Building",
            new LookAgain.After(TimeSpan.FromSeconds(30))
        );
        yield return Of(
            "a pod can't start",
            new AwaitJob(KanikoStep.Instance, "j", "no node", null, IsPending: true),
            Fresh,
            null,
            "Unknown PodPending",
            OnChange
        );
        yield return Of(
            "an attempt is followed by a pause",
            new BackOff(KanikoStep.Instance, 2, A.Morning.AddSeconds(30), Passing),
            Fresh,
            $"Warning Evicted Retry {Passing.Failure.Message} Attempt 2 follows.",
            "Unknown BackingOff",
            new LookAgain.After(TimeSpan.FromSeconds(30))
        );
        yield return Of(
            "a pause goes on without its Job",
            new PauseOver(KanikoStep.Instance, A.Morning.AddSeconds(30)),
            Fresh,
            null,
            null,
            new LookAgain.After(TimeSpan.FromSeconds(30))
        );
        yield return Of(
            "a Job is deleted for the next attempt",
            new StartOver(VerifyStep.Instance, "j", 2, Passing),
            Pushing,
            $"Warning Evicted Retry {Passing.Failure.Message} Check 2 follows.",
            "Unknown Verifying",
            Now
        );
        yield return Of(
            "a Job that is sought is there",
            new SeekJob(KanikoStep.Instance, "j", 2),
            JobSighting.There,
            Given.Snapshot(A.Build(1).Saying("Building")),
            null,
            null,
            new LookAgain.After(TimeSpan.FromSeconds(10))
        );
        yield return Of(
            "a Job that is sought is gone",
            new SeekJob(ScanStep.Instance, "j", 2),
            JobSighting.Gone,
            Pushing,
            "Warning ScannerUnavailable Retry The Job is gone. If it repeats, find out who deletes Jobs in "
                + "this namespace, or set spec.verification.scan.onScannerError to Warn. Scan 2 follows.",
            "Unknown Verifying",
            Now
        );
        yield return Of(
            "a Job that is gone was the last attempt's",
            new SeekJob(KanikoStep.Instance, "j", null),
            JobSighting.Gone,
            Fresh,
            "Warning JobLost Build The Job is gone. If it repeats, find out who deletes Jobs in this namespace.",
            "False JobLost",
            OnChange
        );
        yield return Of(
            "a Job is ended that others keep running",
            new EndJob(KanikoStep.Instance, "j", "istio-proxy"),
            Given.Snapshot(A.Build(1).Failed()),
            "Normal JobEnded Build Job j has done its work and is deleted: container \"istio-proxy\", which isn't "
                + "the operator's, would keep it running",
            null,
            new LookAgain.After(TimeSpan.FromSeconds(2))
        );
        yield return Of(
            "the build is given up",
            new GiveUp(Passing),
            Fresh,
            $"Warning Evicted Build {Passing.Failure.Message}",
            "False Evicted",
            OnChange
        );
        yield return Of(
            "a push is confirmed",
            new ConfirmPush(ImageDigest.Parse(A.Digest(7))),
            Pushed(7),
            Fresh,
            $"Normal Pushed Build registry.example/team/gemma-base@{A.Digest(7)} is in the registry",
            "Unknown Assembling",
            Now
        );
        yield return Of(
            "the registry has another image than was pushed",
            new ConfirmPush(ImageDigest.Parse(A.Digest(7))),
            Pushed(8),
            Fresh,
            $"Warning PushFailed Build The executor says that it pushed {A.Digest(7)}, but "
                + $"registry.example/team/gemma-base:b1 is {A.Digest(8)}. {FailureReason.PushFailed.Remedy}",
            "False PushFailed",
            OnChange
        );
        yield return Of(
            "a base image is reused",
            new ReuseBase(A.Image(1), null),
            Given.Snapshot(Verified with { Status = null }),
            null,
            "Unknown Verifying",
            Now
        );
        yield return Of(
            "a build waits for a slot",
            new WaitForSlot(3, 5, 2),
            Fresh,
            null,
            "Unknown Queued",
            new LookAgain.After(TimeSpan.FromSeconds(18))
        );
    }
}
