using GemmaOperator.Builds.Failures;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Gives the build's words for what can befall its Job; the reasons' own advice is about this step.</summary>
internal static class KanikoWords
{
    public static JobWords Words { get; } =
        new()
        {
            Pod = "build pod",
            Work = "build",
            Try = "Attempt",
            Container = KanikoJob.Container,
            MemoryLimit = new Trouble(FailureReason.OutOfMemory),
            NodeMemory = new Trouble(
                FailureReason.OutOfMemory,
                "Set spec.build.resources.requests.memory to what the build needs, so that it gets a node with room."
            ),
            Disk = new Trouble(FailureReason.EphemeralStorageExceeded),
            Time = new Trouble(FailureReason.TimedOut),
            Placement = new Trouble(FailureReason.Unschedulable),
            Pull = _ => new Trouble(FailureReason.ExecutorImagePull),
            Mount = new Trouble(FailureReason.VolumeMountFailed),
            Unmakable = new Trouble(FailureReason.VolumeMountFailed),
            // It runs as root on purpose; a policy of the cluster may still demand otherwise.
            RootUser = new Trouble(
                FailureReason.VolumeMountFailed,
                "The executor must run as root: exempt the namespace from the policy that demands another user."
            ),
            Refused = new Trouble(FailureReason.PodRefused),
            Injected = new Trouble(FailureReason.InjectedContainerFailed),
            Evicted = new Trouble(FailureReason.Evicted),
            NodeLost = new Trouble(FailureReason.NodeLost),
            JobLost = new Trouble(FailureReason.JobLost),
            Unexplained = new Trouble(FailureReason.ExecutorFailed),
        };
}
