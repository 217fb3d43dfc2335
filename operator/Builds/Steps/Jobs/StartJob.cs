using GemmaOperator.Api.Builds;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps.Jobs;

/// <summary>Creates the Job of an attempt; what else that takes differs by step.</summary>
/// <param name="Step">The step whose Job it is.</param>
/// <param name="Attempt">Which attempt it is, from 1.</param>
internal abstract record StartJob(JobStep Step, int Attempt) : BuildStep<JobStarted>
{
    public sealed override string Stage => Step.Stage;

    protected sealed override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, JobStarted result) =>
        new StepRun(Attempt, result.Job, Uid: result.Uid)
            .Write(Remember(s, status), Step, s.Now)
            .Progressing(s, Stage, $"Job {result.Job} was created");

    /// <summary>
    /// Announces the Job, unless the ledger has this attempt: then an operator that was stopped after this step
    /// announced it already.
    /// </summary>
    protected sealed override EventText? Tell(BuildSnapshot s, JobStarted result) =>
        StepRun.Read(s, Step).Attempts == Attempt ? null : Announce(result.Job);

    /// <summary>
    /// Looks again at once: the Job is watched, but may have existed before, so that no change would be seen.
    /// </summary>
    protected sealed override LookAgain NextLook(BuildSnapshot s, JobStarted result) => new LookAgain.Now();

    /// <summary>Notes in the status what the attempt was started with.</summary>
    protected virtual GemmaBuildStatus Remember(BuildSnapshot s, GemmaBuildStatus status) => status;

    protected abstract EventText Announce(string job);
}
