using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Jobs;

/// <summary>
/// Describes a step whose work is a Job: how its Job is called and started, what its end means, and its words.
/// <see cref="JobFlow"/> follows the Job of any of them.
/// </summary>
internal abstract record JobStep
{
    /// <summary>Gets its line in <c>status.steps</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Gets the reason of the Reconciling condition while its Job runs.</summary>
    public abstract string Stage { get; }

    /// <summary>Gets the same while its pod can't start.</summary>
    public abstract string PendingStage { get; }

    /// <summary>Gets the same between two attempts.</summary>
    public abstract string PauseStage { get; }

    /// <summary>Gets what it does to the build's slot while its Job runs.</summary>
    public abstract SlotUse Slot { get; }

    public abstract JobWords WordsFor(BuildTemplate template);

    /// <summary>Returns the words for a Job that is there, which an older release may have made.</summary>
    public virtual JobWords WordsOf(BuildSnapshot s, V1Job job) => WordsFor(s.Spec.Template);

    /// <summary>Returns the name of an attempt's Job, which is what makes creating it twice harmless.</summary>
    /// <param name="build">The build.</param>
    /// <param name="attempt">From 1.</param>
    public abstract string JobName(GemmaBuild build, int attempt);

    public abstract BuildStep Start(int attempt);

    /// <summary>Says that the Job runs: a sentence without full stop.</summary>
    public abstract string Describe(string job, int attempt);

    /// <summary>
    /// Reads what the Job's containers have come to; null while they say nothing, and for a failed Job that is read
    /// from outside.
    /// </summary>
    public abstract JobReading? Read(BuildSnapshot s, ObservedJob job);

    /// <summary>Classifies a Job that has ended and left nothing that <see cref="Read"/> understands.</summary>
    public abstract ClassifiedFailure Classify(BuildSnapshot s, ObservedJob job);

    /// <summary>Classifies a Job that has failed and whose pod never ends, since its node doesn't answer.</summary>
    public virtual ClassifiedFailure ClassifyStranded(BuildSnapshot s, V1Job job)
    {
        var words = WordsOf(s, job);
        return JobFailureClassifier.Classify(JobFailure.Strand(job, words.Container), words);
    }

    /// <summary>Decides what follows a failure that isn't tried again.</summary>
    /// <param name="s">What is known.</param>
    /// <param name="failure">Of the last attempt.</param>
    /// <param name="unfinished">Its Job, where it must be deleted; null when it has ended or is gone.</param>
    public abstract BuildStep<Nothing> GiveUp(BuildSnapshot s, ClassifiedFailure failure, string? unfinished);

    /// <summary>
    /// Reads what a release without <c>status.steps[].attempts</c> knew of its attempts, so that an upgrade in the
    /// middle of a build does no harm.
    /// </summary>
    public abstract StepRun ReadOlder(BuildSnapshot s);

    /// <summary>Repeats the ledger where the API has shown it before; the status itself where it hasn't.</summary>
    public abstract GemmaBuildStatus Mirror(GemmaBuildStatus status, StepRun run);
}
