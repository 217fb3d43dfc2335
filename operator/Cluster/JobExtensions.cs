using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>
/// Names what a Job's status says in the words of the domain. A Job that is about to fail (FailureTarget) hasn't failed
/// yet.
/// </summary>
internal static class JobExtensions
{
    extension(V1Job job)
    {
        public bool HasSucceeded => job.Condition("Complete") is not null;

        public bool HasFailed => job.Condition("Failed") is not null;

        public bool IsFinished => job.HasSucceeded || job.HasFailed;

        /// <summary>
        /// Gets since when the Job is about to fail (UTC): its pods must end first, and those of a lost node don't.
        /// </summary>
        public DateTime? FailingSince => job.HasFailed ? null : job.Condition("FailureTarget")?.LastTransitionTime;

        /// <summary>Returns when the Job ended (UTC); <paramref name="now"/> when it doesn't say.</summary>
        public DateTime FinishedAt(DateTime now) =>
            job.Status?.CompletionTime
            ?? (job.Condition("Complete") ?? job.Condition("Failed"))?.LastTransitionTime
            ?? now;

        /// <summary>
        /// Gets why the Job has failed, or is about to: <c>FailureTarget</c> comes first, while its pods are still
        /// ending.
        /// </summary>
        public V1JobCondition? Failure => job.Condition("Failed") ?? job.Condition("FailureTarget");

        private V1JobCondition? Condition(string type) =>
            job.Status?.Conditions?.FirstOrDefault(c => c.Type == type && c.Status == "True");
    }
}
