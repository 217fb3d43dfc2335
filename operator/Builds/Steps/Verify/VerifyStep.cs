using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Builds.Contents.Layers;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Steps.Contents;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Builds.Steps.Proof;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps.Verify;

/// <summary>Runs the candidate in a Job, which reports on it from inside.</summary>
internal sealed record VerifyStep : JobStep
{
    public static readonly VerifyStep Instance = new();

    private VerifyStep() { }

    public override string Name => StepLog.Verify;

    public override string Stage => ImageReason.Reconciling.Verifying;

    public override string PendingStage => Stage;

    public override string PauseStage => Stage;

    public override SlotUse Slot => SlotUse.None;

    /// <summary>Decides the next step; null when the candidate needn't be run, or has been.</summary>
    public static BuildStep? Decide(BuildSnapshot s) =>
        OpenProof.MustRun(s.Spec.Template, s.Status) ? JobFlow.Decide(Instance, s) : null;

    public override JobWords WordsFor(BuildTemplate template) => VerifyWords.For(template);

    public override string JobName(GemmaBuild build, int attempt) => VerifyJob.Name(build, attempt);

    public override BuildStep Start(int attempt) => new StartVerify(attempt);

    public override string Describe(string job, int attempt) => $"Job {job} runs the candidate";

    public override JobReading? Read(BuildSnapshot s, ObservedJob job)
    {
        if (!job.Job.HasSucceeded && job.EndOf(VerifyJob.Container) is not { ExitCode: 0 })
        {
            return null;
        }

        var seen = s.Status.Verification!;
        var message = CheckLogPolicy.Reporter(job)?.StatusOf(VerifyJob.Container)?.State?.Terminated?.Message;
        if (!VerifyReport.TryRead(message, out var report, out var problem))
        {
            return new JobReading.Result(new Reject(VerifyFailureClassifier.ClassifyUnread(problem), seen));
        }

        var verdict = VerifyVerdict.Judge(
            s.Spec.Template.Verification!,
            s.Candidate!.Digest,
            seen.User,
            report!,
            servesFromLibtorch: s.Spec.Template.Engine == ServerEngine.Builtin,
            publishedUpdates: s.Published?.UpdatedOn(s.Spec.Resolved.BaseDigest)
        );
        var found = verdict.Status with
        {
            Warnings = [.. seen.Warnings.Concat(verdict.Status.Warnings).Distinct(StringComparer.Ordinal).Take(32)],
        };
        return new JobReading.Result(
            verdict.Failure is { } failure ? new Reject(failure, found)
            : ContentsPolicy.IsOpen(s.Status) ? new KeepContents(Contents(s, job, message))
            : new Accept(found)
        );
    }

    private static ContentsReading Contents(BuildSnapshot s, ObservedJob job, string? message) =>
        LayerCheck.Apply(
            ContentsLog.Read(
                message,
                s.CheckLog is { } log && log.Job == job.Name ? log.Text : null,
                s.Candidate!.Digest
            ),
            LayersLog.Read(s.PublisherLog, s.Candidate!.Digest)
        );

    public override ClassifiedFailure Classify(BuildSnapshot s, ObservedJob job) =>
        VerifyFailureClassifier.Classify(job, s.Spec.Template);

    public override BuildStep<Nothing> GiveUp(BuildSnapshot s, ClassifiedFailure failure, string? unfinished) =>
        new Reject(failure, null, unfinished);

    /// <summary>
    /// Begins with the first attempt where the ledger has none: a Job that is there, of an older release or of anybody,
    /// is compared when it is to be made.
    /// </summary>
    public override StepRun ReadOlder(BuildSnapshot s) => StepRun.None;

    public override GemmaBuildStatus Mirror(GemmaBuildStatus status, StepRun run) => status;
}
