using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Faults;

namespace GemmaOperator.Builds.Steps.Verify;

/// <summary>Creates the Job that runs the candidate.</summary>
/// <param name="Attempt">From 1.</param>
internal sealed record StartVerify(int Attempt) : StartJob(VerifyStep.Instance, Attempt)
{
    public override SlotUse Slot => SlotUse.None;

    public override SpecFields Fields(BuildSnapshot s) => VerifyJob.Fields(s.Spec.Template);

    protected override Task<StepOutcome<JobStarted>> CarryOutAsync(
        BuildSnapshot s,
        StepTools tools,
        CancellationToken cancellationToken
    ) =>
        JobExecutor.StartAsync(
            tools,
            VerifyJob.For(s.Build, s.Candidate!.Image, s.Spec.Template.Verification!, Attempt),
            cancellationToken
        );

    protected override EventText Announce(string job) =>
        new(false, "VerificationStarted", "Verify", $"Job {job} runs the candidate");
}
