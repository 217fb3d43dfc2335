using GemmaOperator.Api.Builds;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps.Jobs;

/// <summary>Creates the Job of an attempt; what that takes besides differs by step.</summary>
/// <param name="Step">Whose Job.</param>
/// <param name="Attempt">From 1.</param>
internal abstract record StartJob(JobStep Step, int Attempt) : BuildStep<JobStarted>
{
    public sealed override string Stage => Step.Stage;

    protected sealed override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, JobStarted result) =>
        new StepRun(Attempt, result.Job)
            .Write(status, Step, s.Now)
            .Progressing(s, Stage, $"Job {result.Job} was created");

    /// <summary>A life that was cut short after this has told it already when its status is there.</summary>
    protected sealed override EventText? Tell(BuildSnapshot s, JobStarted result) =>
        StepRun.Read(s, Step).Attempts == Attempt ? null : Announce(result.Job);

    /// <summary>The Job is watched, but may have been there before.</summary>
    protected sealed override LookAgain NextLook(BuildSnapshot s, JobStarted result) => new LookAgain.Now();

    protected abstract EventText Announce(string job);
}
