using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Failures;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Gives the build's words for what can befall its Job; the reasons' own advice is about this step.</summary>
internal static class KanikoWords
{
    private static readonly JobWords Legacy = Of(KanikoJob.Container, [KanikoJob.Container]);

    private static readonly JobWords Isolated = Of(
        IsolatedPod.Publisher,
        [KanikoJob.Container, IsolatedPod.Stager, IsolatedPod.Publisher]
    );

    public static JobWords For(BuildTemplate template) => template.IsIsolated ? Isolated : Legacy;

    /// <summary>Returns the words for a Job as it stands in the cluster.</summary>
    public static JobWords For(V1Job job) => KanikoJob.IsIsolated(job) ? Isolated : Legacy;

    private static JobWords Of(string container, IReadOnlyList<string> ours) =>
        new()
        {
            Pod = "build pod",
            Work = "build",
            Try = "Attempt",
            Container = container,
            Containers = ours,
            MemoryLimit = new Trouble(FailureReason.OutOfMemory),
            NodeMemory = new Trouble(
                FailureReason.OutOfMemory,
                "Set spec.build.resources.requests.memory to what the build needs, so that it gets a node with room."
            ),
            Disk = new Trouble(FailureReason.EphemeralStorageExceeded),
            Time = new Trouble(FailureReason.TimedOut),
            Placement = new Trouble(FailureReason.Unschedulable),
            Pull = container =>
                container is IsolatedPod.Stager or IsolatedPod.Publisher
                    ? new Trouble(
                        FailureReason.ExecutorImagePull,
                        "It is the operator's own image (--operator-image): check that nodes of this namespace may "
                            + "pull it."
                    )
                    : new Trouble(FailureReason.ExecutorImagePull),
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
