using k8s.Models;

namespace GemmaOperator.Api;

/// <summary>Domain words for a GemmaBuild.</summary>
internal static class GemmaBuildExtensions
{
    extension(GemmaBuild build)
    {
        public string BuildName => build.Metadata.Name;

        public long Number => build.Spec?.Number ?? 0;

        public V1Condition? Succeeded =>
            build.Status?.Conditions.FirstOrDefault(c => c.Type == ConditionType.Succeeded);

        public bool HasSucceeded => build.Succeeded?.Status == "True";

        public bool HasFailed => build.Succeeded?.Status == "False";

        public bool IsFinished => build.HasSucceeded || build.HasFailed;

        /// <summary>Its image has proved all that was asked of it.</summary>
        public bool IsVerified => build.HasSucceeded && build.Status?.Verification is not null;

        /// <summary>Its image was built and is no good.</summary>
        public bool IsRejected => build.HasFailed && VerificationReasons.Contains(build.Status?.Failure?.Reason);

        public bool IsCancelRequested => build.Spec?.Cancel == true;

        /// <summary>Nothing is built: only what comes after the base image is made anew.</summary>
        public bool ReusesBase => build.Spec?.Template.ReuseBase is not null;

        /// <summary>The parent's request that this build answers; null when it answers none.</summary>
        public string? AnsweredRequest => build.Annotation(ApiGroup.RequestedAtAnnotation);

        /// <summary>The schedule's tick that made this build due; null when none did.</summary>
        public string? ScheduledFor => build.Annotation(ApiGroup.ScheduledForAnnotation);

        private string? Annotation(string key) =>
            build.Metadata.Annotations is { } annotations && annotations.TryGetValue(key, out var value) ? value : null;
    }

    private static readonly HashSet<string?> VerificationReasons =
    [
        ImageReason.Verified.PullTestFailed, ImageReason.Verified.RunsAsRoot, ImageReason.Verified.ImportFailed, ImageReason.Verified.VersionMismatch,
        ImageReason.Verified.VulnerabilitiesFound, ImageReason.Verified.ScannerUnavailable,
    ];
}
