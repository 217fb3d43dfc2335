using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Pods;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Failures;

/// <summary>Turns what the cluster shows of a Job into a failure of a build, in the words of the step.</summary>
internal static class JobFailureClassifier
{
    /// <summary>Classifies a Job that has failed.</summary>
    /// <param name="failure">How it failed.</param>
    /// <param name="words">The step's words.</param>
    public static ClassifiedFailure Classify(JobFailure failure, JobWords words) =>
        failure switch
        {
            JobFailure.OwnDisk disk => Of(words.Disk, disk.Detail, words),
            JobFailure.Evicted evicted => Of(words.Evicted, evicted.Detail, words),
            JobFailure.NodeLost lost => Of(words.NodeLost, lost.Detail, words),
            JobFailure.NotAdmitted refused => Of(
                words.Placement,
                $"The node doesn't take the {words.Pod}: {refused.Detail}",
                words
            ),
            JobFailure.Injected injected => Of(
                words.Injected,
                $"{ForeignContainer.Name(injected.Container, words.Pod)} failed: {injected.Detail}",
                words,
                container: injected.Container
            ),
            JobFailure.OutOfMemory { Limit: { } limit } killed => Of(
                words.MemoryLimit,
                $"The {words.Work} used more than its memory limit of {limit}",
                words,
                killed.LastMessage
            ),
            JobFailure.OutOfMemory killed => Of(
                words.NodeMemory,
                $"The {words.Work} was killed for its memory; it has no limit, so its node was short",
                words,
                killed.LastMessage
            ),
            JobFailure.NeverStarted never => Classify(never.Problem, words),
            JobFailure.TimedOut { Seconds: { } seconds } => Of(
                words.Time,
                $"The {words.Work} didn't end within {seconds} s",
                words
            ),
            JobFailure.TimedOut => Of(words.Time, "The deadline has passed", words),
            JobFailure.ContainerEnded { State: var ended } => Of(
                words.Unexplained,
                $"The {words.Work} ended with exit code {ended.ExitCode}",
                words,
                ended.Message
            ),
            JobFailure.Unexplained unknown => Of(words.Unexplained, unknown.Detail, words),
            _ => throw new InvalidOperationException($"{failure.GetType().Name} has no words"),
        };

    /// <summary>Classifies a pod that has been kept from starting for too long.</summary>
    public static ClassifiedFailure Classify(PodStartProblem problem, JobWords words)
    {
        var trouble = problem.Kind switch
        {
            _ when IsForeign(problem, words) => words.Injected,
            PodProblem.Unschedulable => words.Placement,
            PodProblem.ImagePull => words.Pull(problem.Container),
            PodProblem.Mount => words.Mount,
            PodProblem.Container => words.Unmakable,
            PodProblem.RootUser => words.RootUser,
            PodProblem.Refused => words.Refused,
            // A sidecar of ours.
            PodProblem.Injected => words.Unexplained,
            _ => throw new InvalidOperationException($"{problem.Kind} has no words"),
        };
        // A step whose reason is final doesn't try again, whatever the trouble.
        return Of(trouble, Describe(problem, words), words, container: problem.Container) with
        {
            IsTransient = trouble.Reason.IsTransient && problem.IsTransient,
            // Nor has the image shown anything of itself: what kept the pod may go.
            IsExternal = true,
        };
    }

    /// <summary>Classifies a Job that is gone.</summary>
    public static ClassifiedFailure ClassifyLost(JobWords words) => Of(words.JobLost, "The Job is gone", words);

    /// <summary>Decides whether a container keeps a pod from starting that isn't ours.</summary>
    public static bool IsForeign(PodStartProblem problem, JobWords words) =>
        problem.Container is { } name && !words.Containers.Contains(name, StringComparer.Ordinal);

    /// <summary>Says what keeps a pod from starting: a sentence without full stop.</summary>
    public static string Describe(PodStartProblem problem, JobWords words) =>
        problem.Kind switch
        {
            _ when IsForeign(problem, words) => ForeignContainer.Describe(problem, words.Pod, words.Work),
            PodProblem.Unschedulable => $"No {words.Node} takes the {words.Pod}: {problem.Message}",
            PodProblem.Container or PodProblem.RootUser =>
                $"The {words.Work} container can't be made: {problem.Message}",
            PodProblem.Injected =>
                $"Container {problem.Container} of the {words.Pod} doesn't stay up: {problem.Message}",
            _ => problem.Message,
        };

    private static ClassifiedFailure Of(
        Trouble trouble,
        string detail,
        JobWords words,
        string? log = null,
        string? container = null
    ) =>
        ClassifiedFailure.Of(
            trouble.Reason,
            detail,
            container ?? words.Container,
            log is null ? null : MaskedLog.Of(log),
            remedy: trouble.Remedy
        );
}
