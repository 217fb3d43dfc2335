using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Builds.Steps.Proof;
using GemmaOperator.Cluster;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Scan;

/// <summary>Scans a candidate that runs for known vulnerabilities, in a Job.</summary>
internal sealed record ScanStep : JobStep
{
    public static readonly ScanStep Instance = new();

    private const int MostWarnings = 32;

    private ScanStep() { }

    public override string Name => StepLog.Scan;

    public override string Stage => ImageReason.Reconciling.Verifying;

    public override string PendingStage => Stage;

    public override string PauseStage => Stage;

    public override SlotUse Slot => SlotUse.None;

    /// <summary>Decides the next step; null when the candidate needn't be scanned, or has been.</summary>
    public static BuildStep? Decide(BuildSnapshot s) =>
        OpenProof.MustScan(s.Spec.Template, s.Status) ? JobFlow.Decide(Instance, s) : null;

    public override JobWords WordsFor(BuildTemplate template) => ScanWords.For(template);

    public override string JobName(GemmaBuild build, int attempt) => ScanJob.Name(build, attempt);

    public override BuildStep Start(int attempt) => new StartScan(attempt);

    public override string Describe(string job, int attempt) => $"Job {job} scans the candidate";

    /// <summary>
    /// Reads what the scan has come to. A report counts at once, and so does a broken scanner, before its Job ends. A
    /// scanner that can't reach its database today may reach it tomorrow, so that every failure is worth another
    /// attempt.
    /// </summary>
    public override JobReading? Read(BuildSnapshot s, ObservedJob job) =>
        ScanResult.Of(job.NewestPod, Asked(s).Scanner) switch
        {
            ScanResult.Found found => new JobReading.Result(Judge(s, found.Scan, found.Database)),
            ScanResult.Failed failed => new JobReading.Failed(
                ClassifiedFailure.Of(
                    FailureReason.ScannerUnavailable,
                    failed.Why,
                    ScanJob.Scanner,
                    isTransient: true,
                    remedy: ScanWords.For(s.Spec.Template).Unexplained.Remedy
                ),
                failed.At ?? job.Job.FinishedAt(s.Now)
            ),
            _ => null,
        };

    public override ClassifiedFailure Classify(BuildSnapshot s, ObservedJob job) =>
        JobFailureClassifier.Classify(
            JobFailure.Read(job, ScanJob.Scanner, ScanJob.Reporter, ScanJob.Lister, ScannerPod.DatabaseCopier),
            ScanWords.For(s.Spec.Template)
        ) with
        {
            IsTransient = true,
        };

    public override ClassifiedFailure ClassifyStranded(BuildSnapshot s, V1Job job) =>
        base.ClassifyStranded(s, job) with
        {
            IsTransient = true,
        };

    public override BuildStep<Nothing> GiveUp(BuildSnapshot s, ClassifiedFailure failure, string? unfinished)
    {
        var seen = s.Status.Verification!;
        return Asked(s).OnScannerError == ScannerErrorPolicy.Warn
            ? new Accept(
                seen with
                {
                    Scan = new ScanStatus
                    {
                        Error = Truncation.Head(failure.Detail, ClassifiedFailure.MaxMessageBytes),
                    },
                },
                unfinished
            )
            : new Reject(failure, seen, unfinished);
    }

    /// <summary>
    /// Reads the ledger of an older release, which counted in <c>status.verification.scanRetries</c> and deleted failed
    /// Jobs. One that is there is compared when it is to be made.
    /// </summary>
    public override StepRun ReadOlder(BuildSnapshot s) => new(s.Status.Verification?.ScanRetries ?? 0, null);

    public override GemmaBuildStatus Mirror(GemmaBuildStatus status, StepRun run) => status;

    private static ScanSpec Asked(BuildSnapshot s) => s.Spec.Template.Verification!.Scan!;

    private static BuildStep Judge(BuildSnapshot s, ScanStatus scan, DateTime? database)
    {
        var seen = s.Status.Verification!;
        var warnings = Warnings(s, database).ToList();
        var found = seen with
        {
            Scan = scan,
            Warnings =
                warnings.Count > 0
                    ? [.. seen.Warnings.Take(MostWarnings - warnings.Count), .. warnings]
                    : seen.Warnings,
        };
        return ScanVerdict.Judge(Asked(s), scan) is { } failure
            ? new Reject(failure, found)
            : new Accept(found, Fixed: FixedPolicy.Count(s.Published?.Status.Verification?.Scan, scan, Asked(s)));
    }

    /// <summary>Says what makes a scan's result worth less.</summary>
    private static IEnumerable<string> Warnings(BuildSnapshot s, DateTime? database)
    {
        if (Asked(s).Scanner == ScannerKind.OSVScanner)
        {
            yield return "OSV-Scanner judged a list of packages that the candidate made itself";
        }

        if (database is { } made && s.Now - made > ScannerDatabase.Old)
        {
            yield return $"The candidate was scanned by a database of {made:yyyy-MM-dd}, which knows nothing newer";
        }
    }
}
