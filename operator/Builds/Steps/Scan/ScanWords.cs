using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;

namespace GemmaOperator.Builds.Steps.Scan;

/// <summary>Gives the scan's words for what can befall its Job.</summary>
internal static class ScanWords
{
    /// <summary>Renders the words for one build: who pulls its pod's images depends on what it asks for.</summary>
    public static JobWords For(BuildTemplate template)
    {
        var orWarn =
            template.Verification?.Scan?.OnScannerError == ScannerErrorPolicy.Warn
                ? "."
                : ", or set spec.verification.scan.onScannerError to Warn.";
        var claim = template.Verification?.Scan?.Database?.Volume;
        return new JobWords
        {
            Pod = "scan pod",
            Work = "scan",
            Try = "Scan",
            Container = ScanJob.Scanner,
            Containers = [ScanJob.Scanner, ScanJob.Reporter, ScanJob.Lister, ScannerPod.DatabaseCopier],
            MemoryLimit = NoResult("Raise spec.verification.scan.resources.limits.memory"),
            NodeMemory = NoResult(
                "Set spec.verification.scan.resources.requests.memory to what the scan needs, so that it gets a node "
                    + "with room"
            ),
            Disk = NoResult("Raise spec.build.scratchSizeLimit, which bounds the scanner's cache, too"),
            // The bound is a constant: there is no field to raise.
            Time = NoResult(
                "Check that the scanner's pod reaches the scanner's database and the registry of spec.output.repository"
            ),
            Placement = NoResult(
                claim is null
                    ? "Check spec.verification.scan.resources, spec.build.nodeSelector and spec.build.tolerations "
                        + "against the nodes"
                    : "Check that the PersistentVolumeClaim of spec.verification.scan.database exists and can be "
                        + "mounted on several nodes, and spec.verification.scan.resources, spec.build.nodeSelector "
                        + "and spec.build.tolerations against the nodes"
            ),
            Pull = container =>
                NoResult(
                    container switch
                    {
                        ScanJob.Scanner => "Check spec.verification.scan.image and that nodes may pull it",
                        ScanJob.Reporter or ScannerPod.DatabaseCopier =>
                            "It is the operator's own image (--operator-image): check that nodes of "
                                + "this namespace may pull it",
                        ScanJob.Lister => CandidatePull(template),
                        _ => "Check that nodes may pull the image that the message names: the scanner's, the "
                            + "operator's own or the candidate",
                    }
                ),
            Mount = NoResult(
                (
                    claim is null
                        ? ""
                        : "Check that the PersistentVolumeClaim of spec.verification.scan.database, and the "
                            + "folder that its path names, exist. "
                )
                    + "Check that the Secret of spec.output.credentials exists and has the key .dockerconfigjson"
                    + (
                        template.Build.CaBundleRef is null
                            ? ""
                            : ", and that the ConfigMap of spec.build.caBundleRef has its key"
                    )
            ),
            Unmakable = NoResult("Check spec.verification.scan.image"),
            RootUser = NoResult("Take a spec.verification.scan.image that runs as any user"),
            Refused = new Trouble(FailureReason.ScannerUnavailable, FailureReason.PodRefused.Remedy),
            Injected = NoResult(FailureReason.InjectedContainerFailed.Remedy.TrimEnd('.')),
            Evicted = NoResult("If it repeats, set spec.build.priorityClassName, which is this pod's, too"),
            NodeLost = NoResult("If it repeats, look at the node"),
            JobLost = NoResult("If it repeats, find out who deletes Jobs in this namespace"),
            Unexplained = NoResult("Check spec.verification.scan.image and its way to its database"),
        };

        Trouble NoResult(string remedy) => new(FailureReason.ScannerUnavailable, remedy + orWarn);
    }

    private static string CandidatePull(BuildTemplate template) =>
        template.PushSecretName is null
            ? "Check that nodes may pull from spec.output.repository without a Secret, or name one "
                + "in spec.output.credentials"
            : "Check that the Secret of spec.output.credentials may pull from spec.output.repository";
}
