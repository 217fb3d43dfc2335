using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.References;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Makes the base image in a Job.</summary>
internal sealed record KanikoStep : JobStep
{
    public static readonly KanikoStep Instance = new();

    private KanikoStep() { }

    public override string Name => StepLog.Build;

    public override string Stage => ImageReason.Reconciling.Building;

    public override string PendingStage => ImageReason.Reconciling.PodPending;

    public override string PauseStage => ImageReason.Reconciling.BackingOff;

    public override SlotUse Slot => SlotUse.Hold;

    /// <summary>Decides the next step; null once the base image is in the registry.</summary>
    public static BuildStep? Decide(BuildSnapshot s) => s.Status.Candidate is null ? JobFlow.Decide(Instance, s) : null;

    public override JobWords WordsFor(BuildTemplate template) => KanikoWords.For(template);

    public override JobWords WordsOf(BuildSnapshot s, V1Job job) => KanikoWords.For(job);

    public override string JobName(GemmaBuild build, int attempt) => KanikoJob.Name(build, attempt);

    public override BuildStep Start(int attempt) => new StartKaniko(attempt);

    public override string Describe(string job, int attempt) => $"Job {job} runs, attempt {attempt}";

    /// <summary>
    /// Reads what follows when the executor has ended well, whatever runs beside it; returns null before. The registry
    /// must confirm the digest that the pod reported; without one, the registry alone is asked.
    /// </summary>
    public override JobReading? Read(BuildSnapshot s, ObservedJob job) =>
        job.Job.HasSucceeded || job.EndOf(KanikoJob.Pusher(job.Job)) is { ExitCode: 0 }
            ? new JobReading.Result(
                new ConfirmPush(DigestReport.Read(job).TryGet(out var digest) ? digest : null, TagOf(s, job.Job))
            )
            : null;

    /// <summary>An annotation can be changed later: no tag but this attempt's own is taken.</summary>
    private static ImageTag? TagOf(BuildSnapshot s, V1Job job) =>
        KanikoJob.TagOf(job) is { } tag
        && tag == CandidateTag.OfAttempt(CandidateTag.Of(s.Spec), StepRun.Read(s, Instance).Current)
            ? tag
            : null;

    public override ClassifiedFailure Classify(BuildSnapshot s, ObservedJob job) =>
        FailureClassifier.Classify(
            job,
            new FailedLog.Given(
                s.Spec.Resolved.Dockerfile,
                RequirementOrigin.Of(s.Spec.Resolved),
                s.Spec.Resolved.UploadedBefore
            ),
            s.Log
        );

    public override BuildStep<Nothing> GiveUp(BuildSnapshot s, ClassifiedFailure failure, string? unfinished) =>
        new GiveUp(failure, unfinished);

    public override StepRun ReadOlder(BuildSnapshot s) => new(s.Status.Attempts, s.Status.JobRef?.Name);

    /// <summary>
    /// Copies the ledger to <c>status.attempts</c> and <c>status.jobRef</c>, which are older than it and describe this
    /// Job.
    /// </summary>
    public override GemmaBuildStatus Mirror(GemmaBuildStatus status, StepRun run) =>
        status with
        {
            Attempts = run.Attempts,
            JobRef = run.Job is { } job ? new LocalReference { Name = job } : null,
        };
}
