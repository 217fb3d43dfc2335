using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Faults;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Creates the context and the Job of an attempt to make the base image.</summary>
/// <param name="Attempt">From 1.</param>
internal sealed record StartKaniko(int Attempt) : StartJob(KanikoStep.Instance, Attempt)
{
    public override SlotUse Slot => SlotUse.Take;

    public override SpecFields Fields(BuildSnapshot s) => KanikoJob.Fields(s.Spec.Template);

    /// <summary>
    /// Asks before it tries again: an attempt that can't end well costs time, a slot, and one of few attempts.
    /// </summary>
    public override IReadOnlyList<string> RegistriesOf(BuildSnapshot s) =>
        MustAsk(s) ? [RegistryExecutor.HostOf(s)] : [];

    protected override Task<StepOutcome<JobStarted>> CarryOutAsync(
        BuildSnapshot s,
        StepTools tools,
        CancellationToken cancellationToken
    ) => KanikoExecutor.StartAsync(s.Build, tools, Attempt, MustAsk(s), cancellationToken);

    protected override GemmaBuildStatus Remember(BuildSnapshot s, GemmaBuildStatus status) =>
        status with
        {
            CredentialsVersion = s.CredentialsVersion,
        };

    private bool MustAsk(BuildSnapshot s) => Attempt > 1 || s.Build.Retry > 0;

    protected override EventText Announce(string job) =>
        new(false, "JobStarted", "Build", $"Attempt {Attempt}: Job {job}");
}
