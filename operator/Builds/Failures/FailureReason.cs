using GemmaOperator.Api.Words;

namespace GemmaOperator.Builds.Failures;

/// <summary>
/// Says why a build failed: the word for the condition, what it means, what a user can do, and whether trying again can
/// help without anybody's doing. <see cref="FailureReasons"/> lists them; docs/troubleshooting.md is tested against it.
/// </summary>
internal sealed partial record FailureReason
{
    public static readonly FailureReason OutOfMemory = new(
        "OutOfMemory",
        "The kernel killed the build for its memory.",
        "Raise spec.build.resources.limits.memory.",
        false
    );

    public static readonly FailureReason EphemeralStorageExceeded = new(
        "EphemeralStorageExceeded",
        "The build ran out of disk.",
        "Raise spec.build.scratchSizeLimit or the ephemeral-storage limit, or build on nodes with larger disks.",
        false
    );

    public static readonly FailureReason Evicted = new(
        "Evicted",
        "The node or the scheduler took the pod away.",
        "If it repeats, set spec.build.priorityClassName, or requests for the pod.",
        true
    );

    public static readonly FailureReason NodeLost = new(
        "NodeLost",
        "The node of the pod went away.",
        "If it repeats, look at the node.",
        true
    );

    public static readonly FailureReason ExecutorImagePull = new(
        "ExecutorImagePull",
        "The node can't pull the executor's image.",
        "Check spec.build.executorImage and that nodes may pull it.",
        true
    );

    public static readonly FailureReason VolumeMountFailed = new(
        "VolumeMountFailed",
        "A Secret or ConfigMap of the build pod can't be mounted.",
        "Check that the Secrets and ConfigMaps named in the spec exist and have the keys that are asked for.",
        false
    );

    public static readonly FailureReason PodRefused = new(
        "PodRefused",
        "The API server takes no pod of the build's Job.",
        "Read the message: a ResourceQuota, a LimitRange, Pod Security, a missing ServiceAccount or an "
            + "admission webhook says what it wants.",
        true
    );

    public static readonly FailureReason Unschedulable = new(
        "Unschedulable",
        "No node takes the build pod.",
        "Check spec.build.resources, nodeSelector and tolerations against the nodes.",
        true
    );

    public static readonly FailureReason InjectedContainerFailed = new(
        "InjectedContainerFailed",
        "A container that others put into the pod failed, or keeps it from starting.",
        "Mend what the message names, or let what injects it pass over pods with the label "
            + $"{ApiGroup.ManagedByLabel}: {ApiGroup.ManagedByValue}.",
        true
    );

    public static readonly FailureReason NotOurs = new(
        "NotOurs",
        "A Job or a pod says that it is the build's, and isn't what the operator made.",
        "See in the audit log who makes Jobs and pods here; hooks that change what ours run must pass over pods with "
            + $"the label {ApiGroup.ManagedByLabel}: {ApiGroup.ManagedByValue}.",
        true
    );

    public static readonly FailureReason PushFailed = new(
        "PushFailed",
        "The registry didn't take the image.",
        "Check that spec.output.repository can be reached and takes images.",
        true
    );

    public static readonly FailureReason RegistryUnavailable = new(
        "RegistryUnavailable",
        "A registry that holds the image, or the server image, didn't answer for an hour.",
        "See to it that the operator reaches the registry.",
        true
    );

    public static readonly FailureReason AuthenticationFailed = new(
        "AuthenticationFailed",
        "A registry refused the credentials.",
        "Check spec.output.credentials and spec.base.pullSecretRef, and that they may push and pull.",
        false
    );

    public static readonly FailureReason EgressRefused = new(
        ImageReason.Stalled.EgressRefused,
        "A registry is where the operator doesn't send requests, or sends them there.",
        "Name another host, or let whoever runs the operator name this one: see --trusted-host and --token-realm.",
        false
    );

    public static readonly FailureReason BaseImageNotFound = new(
        "BaseImageNotFound",
        "The base image doesn't exist.",
        "Check spec.base; the tag may have been deleted.",
        false
    );

    public static readonly FailureReason BaseImageUnavailable = new(
        "BaseImageUnavailable",
        "The base image couldn't be pulled for now.",
        "For rate limits set spec.base.pullSecretRef or a mirror.",
        true
    );

    public static readonly FailureReason PackageIndexUnavailable = new(
        "PackageIndexUnavailable",
        "A package index couldn't be reached.",
        "If it repeats, check the build pod's way to the index.",
        true
    );

    public static readonly FailureReason DependencyResolutionFailed = new(
        "DependencyResolutionFailed",
        "pip found no set of packages that fits, or couldn't install one.",
        "Change spec.requirements; the installed torch is pinned and can't be replaced.",
        false
    );

    public static readonly FailureReason SystemPackageFailed = new(
        "SystemPackageFailed",
        "apt couldn't install the system packages.",
        "Check the names and versions in spec.systemPackages against the base's distribution.",
        false
    );

    public static readonly FailureReason SystemUpdateFailed = new(
        "SystemUpdateFailed",
        "apt couldn't update the base's packages.",
        "Mend the base or its package sources, take another one in spec.base, or set spec.systemUpdates.policy to "
            + "None.",
        false
    );

    public static readonly FailureReason CudaToolkitMissing = new(
        "CudaToolkitMissing",
        "A package is compiled for CUDA, and the base has no nvcc.",
        "Set spec.base.flavor to devel, or give a spec.base.image that holds the CUDA toolkit.",
        false
    );

    public static readonly FailureReason RepositoryKeyRejected = new(
        "RepositoryKeyRejected",
        "A package repository is signed with a key that the base image doesn't hold, or that has expired.",
        "Take a newer base in spec.base, or put the repository's new key in place in a Dockerfile of your own.",
        false
    );

    public static readonly FailureReason CertificateNotTrusted = new(
        "CertificateNotTrusted",
        "A registry or an index shows a certificate that the build doesn't trust.",
        "Name a ConfigMap with its authority in spec.build.caBundleRef, or let it show a certificate of a public "
            + "authority.",
        false
    );

    public static readonly FailureReason DockerfileStepFailed = new(
        "DockerfileStepFailed",
        "A step of the Dockerfile failed.",
        "Read the end of the log, and change the Dockerfile or the spec.",
        false
    );

    public static readonly FailureReason TimedOut = new(
        "TimedOut",
        "The build took longer than spec.build.timeout.",
        "Raise spec.build.timeout, or give the build more CPU.",
        false
    );

    public static readonly FailureReason JobLost = new(
        "JobLost",
        "The Job was deleted while it ran.",
        "If it repeats, find out who deletes Jobs in this namespace.",
        true
    );

    public static readonly FailureReason ExecutorFailed = new(
        "ExecutorFailed",
        "The executor failed in a way that isn't known.",
        "Read the end of the log.",
        true
    );

    public static readonly FailureReason Canceled = new(
        ImageReason.BuildSucceeded.Canceled,
        "The build was stopped, by spec.cancel or by a newer spec; one that waits for approval also by a request or "
            + "a fix.",
        "Nothing.",
        false
    );

    public static readonly FailureReason PullTestFailed = new(
        ImageReason.Verified.PullTestFailed,
        "The pushed image couldn't be run, or what it reported can't be used.",
        "Read the message; the image keeps its unique tag for inspection and gets no alias.",
        false
    );

    public static readonly FailureReason RunsAsRoot = new(
        ImageReason.Verified.RunsAsRoot,
        "The pushed image would run as root.",
        "Let the Dockerfile end with a numeric USER, or set spec.verification.nonRoot to Warn.",
        false
    );

    public static readonly FailureReason ImportFailed = new(
        ImageReason.Verified.ImportFailed,
        "A Python module doesn't import in the pushed image.",
        "Add what is missing to spec.requirements or spec.systemPackages, or change spec.verification.imports.",
        false
    );

    public static readonly FailureReason VersionMismatch = new(
        ImageReason.Verified.VersionMismatch,
        "PyTorch or CUDA in the pushed image isn't what is declared, or not what the server needs.",
        "Make spec.base say what the image holds, or take a server image that is built for it.",
        false
    );

    public static readonly FailureReason HeldPackagesMoved = new(
        ImageReason.Verified.HeldPackagesMoved,
        "Packages of CUDA or PyTorch, which the updates of the operating system held, have other versions in the "
            + "pushed image.",
        "Name their versions in spec.systemPackages, which are installed before they are held, or set "
            + "spec.systemUpdates.policy to None.",
        false
    );

    public static readonly FailureReason SystemUpdatesMissing = new(
        ImageReason.Verified.SystemUpdatesMissing,
        "The pushed image lacks the system updates that the published one has: the base's package repositories "
            + "couldn't be used.",
        "Mend the way to the repositories; to publish without updates, set spec.systemUpdates.policy to None.",
        true
    );

    public static readonly FailureReason VulnerabilitiesFound = new(
        ImageReason.Verified.VulnerabilitiesFound,
        "The scan found vulnerabilities that aren't tolerated.",
        "Rebuild on a mended base or with mended packages, or accept a finding in "
            + "spec.verification.scan.ignore with a reason and an end.",
        false
    );

    public static readonly FailureReason ScannerUnavailable = new(
        ImageReason.Verified.ScannerUnavailable,
        "The scanner came to no result.",
        "Check spec.verification.scan.image and its way to its database, or set "
            + "spec.verification.scan.onScannerError to Warn.",
        false
    );

    private FailureReason(string name, string meaning, string remedy, bool isTransient) =>
        (Name, Meaning, Remedy, IsTransient) = (name, meaning, remedy, isTransient);

    /// <summary>Reason of the Succeeded condition.</summary>
    public string Name { get; }

    public string Meaning { get; }

    public string Remedy { get; }

    /// <summary>Decides whether trying again can help; what is known of one failure can overrule it.</summary>
    public bool IsTransient { get; }

    public override string ToString() => Name;
}
