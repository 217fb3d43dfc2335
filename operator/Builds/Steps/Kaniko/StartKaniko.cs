using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Faults;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Creates the context and the Job of an attempt to make the base image.</summary>
/// <param name="Attempt">From 1.</param>
internal sealed record StartKaniko(int Attempt) : StartJob(KanikoStep.Instance, Attempt)
{
    public override SlotUse Slot => SlotUse.Take;

    public override SpecFields Fields(BuildSnapshot s) => KanikoJob.Fields;

    protected override Task<StepOutcome<JobStarted>> CarryOutAsync(
        BuildSnapshot s,
        StepTools tools,
        CancellationToken cancellationToken
    ) => KanikoExecutor.StartAsync(s.Build, tools, Attempt, cancellationToken);

    protected override EventText Announce(string job) =>
        new(false, "JobStarted", "Build", $"Attempt {Attempt}: Job {job}");
}
