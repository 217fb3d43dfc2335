namespace GemmaOperator.Builds.Failures;

/// <summary>Lists the reasons why a build or its verification failed.</summary>
internal static class FailureReasons
{
    public static IReadOnlyList<FailureReason> All { get; } =
    [
        FailureReason.OutOfMemory,
        FailureReason.EphemeralStorageExceeded,
        FailureReason.Evicted,
        FailureReason.NodeLost,
        FailureReason.ExecutorImagePull,
        FailureReason.VolumeMountFailed,
        FailureReason.PodRefused,
        FailureReason.Unschedulable,
        FailureReason.InjectedContainerFailed,
        FailureReason.NotOurs,
        FailureReason.PushFailed,
        FailureReason.RegistryUnavailable,
        FailureReason.AuthenticationFailed,
        FailureReason.EgressRefused,
        FailureReason.BaseImageNotFound,
        FailureReason.BaseImageUnavailable,
        FailureReason.PackageIndexUnavailable,
        FailureReason.IndexLacksDates,
        FailureReason.PipTooOldForAge,
        FailureReason.LockForOtherBase,
        FailureReason.DependencyResolutionFailed,
        FailureReason.SystemPackageFailed,
        FailureReason.SystemUpdateFailed,
        FailureReason.CudaToolkitMissing,
        FailureReason.RepositoryKeyRejected,
        FailureReason.CertificateNotTrusted,
        FailureReason.DockerfileStepFailed,
        FailureReason.TimedOut,
        FailureReason.JobLost,
        FailureReason.ExecutorFailed,
        FailureReason.Canceled,
        FailureReason.PullTestFailed,
        FailureReason.RunsAsRoot,
        FailureReason.ImportFailed,
        FailureReason.VersionMismatch,
        FailureReason.HeldPackagesMoved,
        FailureReason.SystemUpdatesMissing,
        FailureReason.VulnerabilitiesFound,
        FailureReason.ScannerUnavailable,
    ];
}
