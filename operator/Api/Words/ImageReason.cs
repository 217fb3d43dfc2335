using GemmaOperator.Text;

namespace GemmaOperator.Api.Words;

/// <summary>
/// Names the reasons of a GemmaBaseImage's conditions, grouped by condition type. They are part of the API: alerts
/// match on them.
/// </summary>
internal static class ImageReason
{
    internal static class Ready
    {
        public const string Serving = "Serving";
        public const string Published = "Published";
        public const string BuildPending = "BuildPending";
        public const string BuildFailed = "BuildFailed";
        public const string VerificationFailed = "VerificationFailed";
        public const string RolloutInProgress = "RolloutInProgress";
        public const string RolloutFailed = "RolloutFailed";
        public const string PodsUnavailable = "PodsUnavailable";
        public const string RolledBack = "RolledBack";
        public const string SettingsRolledBack = "SettingsRolledBack";
        public const string Suspended = "Suspended";
    }

    internal static class Reconciling
    {
        public const string NewGeneration = "NewGeneration";
        public const string AwaitingObject = "AwaitingObject";
        public const string AwaitingRegistry = "AwaitingRegistry";
        public const string ModelPending = "ModelPending";
        public const string Queued = "Queued";
        public const string Building = "Building";
        public const string PodPending = "PodPending";
        public const string BackingOff = "BackingOff";
        public const string NameTaken = "NameTaken";
        public const string NotOurs = "NotOurs";
        public const string Verifying = "Verifying";
        public const string Assembling = "Assembling";
        public const string FetchingModel = "FetchingModel";
        public const string CopyingLayers = "CopyingLayers";
        public const string AwaitingApproval = "AwaitingApproval";
        public const string AwaitingWindow = "AwaitingWindow";
        public const string PrePulling = "PrePulling";
        public const string RollingOut = "RollingOut";
        public const string RollingBack = "RollingBack";
        public const string ObjectRefused = Stalled.ObjectRefused;
        public const string Recovering = "Recovering";
    }

    internal static class Stalled
    {
        public const string InvalidSpec = FieldError.InvalidSpec;
        public const string NotAllowed = "NotAllowed";
        public const string InvalidSchedule = "InvalidSchedule";
        public const string InvalidBaseReference = "InvalidBaseReference";
        public const string SecretNotFound = "SecretNotFound";
        public const string ConfigMapNotFound = "ConfigMapNotFound";
        public const string CaBundleInvalid = "CaBundleInvalid";
        public const string ObjectNotFound = "ObjectNotFound";
        public const string ServerImageNotFound = "ServerImageNotFound";
        public const string ServerImageUnusable = "ServerImageUnusable";
        public const string RepositoryNotFound = "RepositoryNotFound";
        public const string PushRefused = "PushRefused";
        public const string EgressRefused = "EgressRefused";
        public const string RepositoryNotAllowed = "RepositoryNotAllowed";
        public const string RepositoryTaken = "RepositoryTaken";
        public const string NotOurs = "NotOurs";
        public const string ModelRequired = "ModelRequired";
        public const string ModelNotFound = "ModelNotFound";
        public const string ModelUnauthorized = "ModelUnauthorized";
        public const string ModelGated = "ModelGated";
        public const string ModelUnsupported = "ModelUnsupported";
        public const string ModelHubUnusable = "ModelHubUnusable";
        public const string ServerCannotFetch = "ServerCannotFetch";
        public const string RetriesExhausted = "RetriesExhausted";
        public const string ObjectRefused = "ObjectRefused";
        public const string InternalError = "InternalError";
        public const string ModelFetchFailed = "ModelFetchFailed";
        public const string RewrittenByAdmission = "RewrittenByAdmission";
        public const string FieldContested = "FieldContested";
        public const string RolledBack = "RolledBack";
        public const string SettingsRolledBack = "SettingsRolledBack";
    }

    internal static class BuildSucceeded
    {
        public const string Completed = "Completed";
        public const string NothingChanged = "NothingChanged";
        public const string Canceled = "Canceled";
    }

    internal static class ContentsKnown
    {
        public const string Listed = "Listed";
        public const string NotRun = "NotRun";
        public const string Unrecorded = "Unrecorded";
        public const string LogUnavailable = "LogUnavailable";
        public const string ListMissing = "ListMissing";
        public const string ListDamaged = "ListDamaged";
        public const string ListInvalid = "ListInvalid";
        public const string ListTooLarge = "ListTooLarge";
        public const string ListContradicted = "ListContradicted";
    }

    internal static class Verified
    {
        public const string AllChecksPassed = "AllChecksPassed";
        public const string PullTestFailed = "PullTestFailed";
        public const string RunsAsRoot = "RunsAsRoot";
        public const string ImportFailed = "ImportFailed";
        public const string VersionMismatch = "VersionMismatch";
        public const string HeldPackagesMoved = "HeldPackagesMoved";
        public const string SystemUpdatesMissing = "SystemUpdatesMissing";
        public const string VulnerabilitiesFound = "VulnerabilitiesFound";
        public const string ScannerUnavailable = "ScannerUnavailable";
    }

    internal static class Available
    {
        public const string MinimumReplicasAvailable = "MinimumReplicasAvailable";
        public const string WaitingForGpu = "WaitingForGPU";
        public const string PodsRefused = "PodsRefused";
        public const string PodsEvicted = "PodsEvicted";
        public const string NodeLost = "NodeLost";
        public const string VolumeUnavailable = "VolumeUnavailable";
        public const string ImagePullError = "ImagePullError";
        public const string ContainerNotCreated = "ContainerNotCreated";
        public const string SidecarNotReady = "SidecarNotReady";
        public const string ContainerCrashLoop = "ContainerCrashLoop";
        public const string ModelLoading = "ModelLoading";
        public const string ModelFetchFailed = "ModelFetchFailed";
    }

    internal static class Rewritten
    {
        public const string RewrittenByAdmission = "RewrittenByAdmission";
        public const string FieldContested = "FieldContested";
    }

    internal static class SystemUpdated
    {
        public const string Updated = "Updated";
        public const string Unsupported = "Unsupported";
        public const string UpdatesUnavailable = "UpdatesUnavailable";
    }

    internal static class PackagesCurrent
    {
        public const string NothingToUpdate = "NothingToUpdate";
        public const string UpdatesAvailable = "UpdatesAvailable";
        public const string ProbeFailed = "ProbeFailed";
        public const string Unsupported = "Unsupported";
        public const string NotAsked = "NotAsked";
    }

    internal static class Patched
    {
        public const string NothingFound = "NothingFound";
        public const string Vulnerable = "Vulnerable";
        public const string SlaExceeded = "SlaExceeded";
        public const string ScanPending = "ScanPending";
        public const string ScanOutdated = "ScanOutdated";
        public const string DatabaseOutdated = "DatabaseOutdated";
        public const string ScannerFailed = "ScannerFailed";
        public const string ContentsUnknown = "ContentsUnknown";
        public const string SourcesUnknown = "SourcesUnknown";
        public const string SbomMissing = "SbomMissing";
        public const string SbomReplaced = "SbomReplaced";
        public const string SbomUnreadable = "SbomUnreadable";
        public const string SbomTooLarge = "SbomTooLarge";
        public const string RegistryUnavailable = "RegistryUnavailable";
    }

    internal static class BaseSupported
    {
        public const string Current = "Current";
        public const string NewerPatch = "NewerPatch";
        public const string EndOfLine = "EndOfLine";
        public const string UnknownLine = "UnknownLine";
        public const string DriverTooOld = "DriverTooOld";
        public const string DriverUnproved = "DriverUnproved";
        public const string GpuNotCompiledFor = "GpuNotCompiledFor";
    }

    internal static class BaseCurrent
    {
        public const string Newest = "Newest";
        public const string VersionPending = "VersionPending";
        public const string VersionRefused = "VersionRefused";
        public const string TagsUnknown = "TagsUnknown";
        public const string NotAsked = "NotAsked";
    }

    internal static class Notified
    {
        public const string SecretNotFound = Stalled.SecretNotFound;
        public const string SecretInvalid = "SecretInvalid";
        public const string EgressRefused = Stalled.EgressRefused;
        public const string Unreachable = "Unreachable";
        public const string Rejected = "Rejected";
    }

    internal static class LegacyIsolation
    {
        public const string AskedFor = "AskedFor";
        public const string WorkloadIdentity = "WorkloadIdentity";
    }

    internal static class Routed
    {
        public const string Accepted = "Accepted";
        public const string NotAccepted = "NotAccepted";
        public const string NotInstalled = "NotInstalled";
        public const string NameTaken = Reconciling.NameTaken;
        public const string Refused = "Refused";
        public const string Pending = "Pending";
    }

    internal static class GpusIdle
    {
        public const string EngineUsesOne = "EngineUsesOne";
    }

    internal static class DefaultsInvalid
    {
        public const string NamespaceDefaults = "NamespaceDefaults";
        public const string OperatorDefaults = "OperatorDefaults";
    }

    internal static class AliasTagsCurrent
    {
        public const string TagsMoved = "TagsMoved";
        public const string TagImmutable = "TagImmutable";
        public const string TagRefused = "TagRefused";
        public const string RegistryUnavailable = "RegistryUnavailable";
    }

    internal static class Held
    {
        public const string Suspended = "Suspended";
        public const string Pinned = "Pinned";
        public const string AwaitingApproval = "AwaitingApproval";
        public const string AwaitingWindow = "AwaitingWindow";
        public const string ImageRejected = "ImageRejected";
        public const string SettingsRejected = "SettingsRejected";
    }

    internal static class Fresh
    {
        public const string UpToDate = "UpToDate";
        public const string BaseDigestChanged = "BaseDigestChanged";
        public const string BaseDigestUnknown = "BaseDigestUnknown";
        public const string RefreshFailed = "RefreshFailed";
        public const string RolloutPending = "RolloutPending";
        public const string BuildOverdue = "BuildOverdue";
        public const string Suspended = "Suspended";
    }
}
