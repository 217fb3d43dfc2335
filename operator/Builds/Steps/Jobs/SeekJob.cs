using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps.Jobs;

/// <summary>Asks for a Job that the cache doesn't have: the Job may be gone, or the cache may only be behind.</summary>
/// <param name="Step">The step whose Job it is.</param>
/// <param name="Job">Its name.</param>
/// <param name="Next">The attempt that follows if it is gone; null when that was the last one.</param>
internal sealed record SeekJob(JobStep Step, string Job, int? Next) : BuildStep<JobSighting>
{
    public override string Stage => Step.Stage;

    public override SlotUse Slot => Step.Slot;

    protected override Task<StepOutcome<JobSighting>> CarryOutAsync(
        BuildSnapshot s,
        StepTools tools,
        CancellationToken cancellationToken
    ) => JobExecutor.SeekAsync(s, tools, Job, StepRun.Read(s, Step).Uid, cancellationToken);

    protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, JobSighting result) =>
        (result, Next) switch
        {
            (JobSighting.There, _) => status,
            (_, { } next) => StepRun
                .Read(s, Step)
                .Over(next)
                .Write(status, Step, s.Now)
                .Pausing(s, Step, next, Lost(s)),
            _ => End(s).Status,
        };

    protected override EventText? Tell(BuildSnapshot s, JobSighting result) =>
        (result, Next) switch
        {
            (JobSighting.There, _) => null,
            (_, { } next) => PauseText.Tell(s, Step, next, Lost(s)),
            _ => End(s).Event,
        };

    /// <summary>
    /// Waits 10 seconds when the Job exists: news of it comes when the cache catches up, and the wait is for a cache
    /// that gets no news.
    /// </summary>
    protected override LookAgain NextLook(BuildSnapshot s, JobSighting result) =>
        (result, Next) switch
        {
            (JobSighting.There, _) => new LookAgain.After(TimeSpan.FromSeconds(10)),
            (_, not null) => new LookAgain.Now(),
            _ => End(s).Next,
        };

    private ClassifiedFailure Lost(BuildSnapshot s) =>
        JobFailureClassifier.ClassifyLost(Step.WordsFor(s.Spec.Template));

    private StepReport End(BuildSnapshot s) => Step.GiveUp(s, Lost(s), unfinished: null).After(s, default(Nothing));
}
