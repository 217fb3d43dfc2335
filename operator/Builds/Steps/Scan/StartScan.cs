using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Faults;

namespace GemmaOperator.Builds.Steps.Scan;

/// <summary>Creates the Job that scans the candidate.</summary>
/// <param name="Attempt">From 1.</param>
internal sealed record StartScan(int Attempt) : StartJob(ScanStep.Instance, Attempt)
{
    public override SlotUse Slot => SlotUse.None;

    public override SpecFields Fields(BuildSnapshot s) => ScanJob.Fields;

    protected override async Task<StepOutcome<JobStarted>> CarryOutAsync(
        BuildSnapshot s,
        StepTools tools,
        CancellationToken cancellationToken
    )
    {
        var options = tools.Options;
        if (options.OperatorImage.Length == 0)
        {
            return new StepObstacle.Impossible(
                ClassifiedFailure.Of(
                    FailureReason.ScannerUnavailable,
                    "The operator was started without --operator-image, which reduces the scanner's report",
                    remedy: "Start it with its own image's reference, or set spec.verification.scan.enabled to false."
                )
            );
        }

        var (candidate, template) = (s.Candidate!, s.Spec.Template);
        var host = candidate.Reference.Repository.Host;
        return await JobExecutor.StartAsync(
            tools,
            ScanJob.For(
                s.Build,
                candidate.Image,
                template.Verification!.Scan!,
                options.OperatorImage,
                template.Output.Insecure || options.InsecureHosts.Contains(host, StringComparer.Ordinal),
                Attempt,
                s.Now
            ),
            cancellationToken
        );
    }

    protected override EventText Announce(string job) =>
        new(false, "ScanStarted", "Verify", $"Job {job} scans the candidate");
}
