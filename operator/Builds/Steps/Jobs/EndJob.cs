using GemmaOperator.Api.Builds;
using GemmaOperator.Cluster;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Steps.Jobs;

/// <summary>
/// Deletes a Job whose work is done and whose words are kept, and that never ends by itself: a container which others
/// put into its pod goes on.
/// </summary>
/// <param name="Step">The step whose Job it is.</param>
/// <param name="Job">Its name.</param>
/// <param name="Other">The container that goes on.</param>
internal sealed record EndJob(JobStep Step, string Job, string Other) : BuildStep<Nothing>
{
    public override string Stage => Step.Stage;

    public override SlotUse Slot => SlotUse.None;

    /// <summary>Decides which Job of the steps is to be ended; null when none is.</summary>
    public static EndJob? Decide(BuildSnapshot s, IReadOnlyList<JobStep> steps)
    {
        foreach (var step in steps)
        {
            foreach (var job in s.Jobs)
            {
                var words = step.WordsOf(s, job);
                if (
                    s.Observe(job).HeldOpenBy(words.Container, words.Containers) is { } other
                    && AreWordsKept(s, step, job.Metadata.Name)
                )
                {
                    return new EndJob(step, job.Metadata.Name, other);
                }
            }
        }

        return null;
    }

    /// <summary>What a Job had to say stands in the status once its step, or its attempt, is over.</summary>
    private static bool AreWordsKept(BuildSnapshot s, JobStep step, string job) =>
        s.Build.IsFinished
        || (
            s.Status.Steps.FirstOrDefault(line => line.Name == step.Name) is { } line
            && (line.Result != StepLog.Running || line.Job != job || line.RetryAt is not null)
        );

    protected override Task<StepOutcome<Nothing>> CarryOutAsync(
        BuildSnapshot s,
        StepTools tools,
        CancellationToken cancellationToken
    ) => JobExecutor.DeleteAsync(s, tools, Job, cancellationToken);

    protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, Nothing result) => s.Status;

    protected override EventText? Tell(BuildSnapshot s, Nothing result) =>
        new(
            false,
            "JobEnded",
            Step.Name,
            $"Job {Job} has done its work and is deleted: container {Quoted.Of(Other)}, which isn't the operator's, "
                + "would keep it running"
        );

    /// <summary>Looks again soon: the Job leaves the cache by itself.</summary>
    protected override LookAgain NextLook(BuildSnapshot s, Nothing result) =>
        new LookAgain.After(TimeSpan.FromSeconds(2));
}
