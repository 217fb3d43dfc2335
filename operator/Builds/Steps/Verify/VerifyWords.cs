using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Failures;

namespace GemmaOperator.Builds.Steps.Verify;

/// <summary>Gives the verification's words for what can befall its Job.</summary>
internal static class VerifyWords
{
    /// <summary>Renders the words for one build: who places and pulls its pod depends on what it asks for.</summary>
    public static JobWords For(BuildTemplate template) =>
        new()
        {
            Pod = "verification pod",
            Work = "check",
            Try = "Check",
            Container = VerifyJob.Container,
            MemoryLimit = Rejected("Raise spec.verification.pullTest.resources.limits.memory."),
            NodeMemory = Rejected(
                "Set spec.verification.pullTest.resources.requests.memory to what the check needs, so that "
                    + "it gets a node with room."
            ),
            Disk = Rejected(
                "Raise the ephemeral-storage limit in spec.verification.pullTest.resources if there is one; "
                    + "below /tmp the check has 2Gi."
            ),
            Time = Rejected("Raise spec.verification.pullTest.timeout; pulling the image is part of it."),
            // Nobody has looked at the candidate yet: what the cluster refuses says nothing of it.
            Placement = new Trouble(
                FailureReason.Unschedulable,
                template.Verification?.Gpu is null
                    ? "Check spec.verification.pullTest.resources, spec.build.nodeSelector and "
                        + "spec.build.tolerations against the nodes."
                    : "Check gpu, nodeSelector and tolerations of spec.rollout.server and "
                        + "spec.verification.pullTest.resources against the nodes with a free GPU, or set "
                        + "spec.verification.pullTest.requireGPU to false."
            ),
            Pull = _ => Rejected(PullRemedy(template)),
            Mount = new Trouble(
                FailureReason.VolumeMountFailed,
                template.Build.CaBundleRef is null
                    ? "Look at the node: of ours the pod mounts nothing but an empty directory."
                    : "Check that the ConfigMap of spec.build.caBundleRef exists and has its key."
            ),
            Unmakable = Rejected(null),
            RootUser = new Trouble(FailureReason.RunsAsRoot),
            Refused = new Trouble(FailureReason.PodRefused),
            Injected = new Trouble(FailureReason.InjectedContainerFailed),
            Evicted = new Trouble(
                FailureReason.Evicted,
                "If it repeats, set spec.build.priorityClassName, which is this pod's, too, or requests in "
                    + "spec.verification.pullTest.resources."
            ),
            NodeLost = new Trouble(FailureReason.NodeLost),
            JobLost = new Trouble(FailureReason.JobLost),
            Unexplained = Rejected(null),
        };

    /// <summary>Says what lets a node pull the candidate.</summary>
    public static string PullRemedy(BuildTemplate template) =>
        template.PushSecretName is null
            ? "Check that nodes reach the registry of spec.output.repository and may pull from it without a "
                + "Secret, or name one in spec.output.credentials."
            : "Check that nodes reach the registry of spec.output.repository, and that the Secret of "
                + "spec.output.credentials may pull from it.";

    private static Trouble Rejected(string? remedy) => new(FailureReason.PullTestFailed, remedy);
}
