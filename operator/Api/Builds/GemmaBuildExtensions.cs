using System.Globalization;
using GemmaOperator.Api.Words;
using k8s.Models;

namespace GemmaOperator.Api.Builds;

/// <summary>Adds domain words to a GemmaBuild.</summary>
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

        /// <summary>It found what is published to be as new as what it made, and moved nothing.</summary>
        public bool IsUnchanged =>
            build.HasSucceeded && build.Succeeded?.Reason == ImageReason.BuildSucceeded.NothingChanged;

        /// <summary>Its image has proved all that was asked of it.</summary>
        public bool IsVerified => build.HasSucceeded && build.Status?.Verification is not null;

        /// <summary>Its image, and the layer in the cache, lack updates that the published image has.</summary>
        public bool LacksUpdates =>
            build.HasFailed && build.Status?.Failure?.Reason == ImageReason.Verified.SystemUpdatesMissing;

        /// <summary>Its image was built and is no good.</summary>
        public bool IsRejected => build.HasFailed && VerificationReasons.Contains(build.Status?.Failure?.Reason);

        /// <summary>All steps as people see them: a platform's have its architecture behind their names.</summary>
        public IReadOnlyList<BuildStepStatus> ShownSteps =>
            [
                .. (build.Status?.Platforms ?? []).SelectMany(p =>
                    p.Steps.Select(s => s with { Name = $"{s.Name} {p.Platform.Text.Split('/')[^1]}" })
                ),
                .. build.Status?.Steps ?? [],
            ];

        public bool IsCancelRequested => build.Spec?.Cancel == true;

        /// <summary>The generation of the parent for which it was told to stop; null when no newer spec did.</summary>
        public string? SupersededBy => build.Annotation(ApiGroup.SupersededByAnnotation);

        /// <summary>
        /// It was stopped for a newer spec: no attempt at anything that is still wanted, and no failure.
        /// </summary>
        public bool IsSuperseded =>
            build.HasFailed
            && build.Succeeded?.Reason == ImageReason.BuildSucceeded.Canceled
            && build.SupersededBy is not null;

        /// <summary>Name of the superseded build whose place it takes; null when it takes none's.</summary>
        public string? TakesPlaceOf => build.Annotation(ApiGroup.TakesPlaceOfAnnotation);

        /// <summary>Nothing is built: only what comes after the base image is made anew.</summary>
        public bool ReusesBase => build.Spec?.Template.ReuseBase is not null;

        /// <summary>Packages are put onto the published image.</summary>
        public bool IsPatch => build.Spec?.Patch is not null;

        /// <summary>
        /// It was to put packages onto the published image, and that can't be done: trying again may not help, and to
        /// build everything may. What only passes by itself isn't held against it.
        /// </summary>
        public bool IsFailedPatch =>
            build.IsPatch
            && build is { HasFailed: true, Status.Failure: { } failure }
            && failure.Reason != ImageReason.BuildSucceeded.Canceled
            && (build.IsRejected || failure.Kind?.Value != FailureKind.Transient);

        /// <summary>The parent's request that this build answers; null when it answers none.</summary>
        public string? RequestedAt => build.Annotation(ApiGroup.RequestedAtAnnotation);

        /// <summary>Fingerprint of the packages that it was made for; null when it was made for none.</summary>
        public string? PackagesFingerprint => build.Annotation(ApiGroup.PackagesAnnotation);

        /// <summary>How many builds for the same have failed in a row before it; 0 when it repeats none.</summary>
        public int Retry =>
            int.TryParse(
                build.Annotation(ApiGroup.RetryAnnotation),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var failed
            )
                ? failed
                : 0;

        /// <summary>The schedule's tick (UTC) that made this build due; null when none did.</summary>
        public DateTime? ScheduledFor =>
            DateTime.TryParse(
                build.Annotation(ApiGroup.ScheduledForAnnotation),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AdjustToUniversal,
                out var tick
            )
                ? tick
                : null;

        private string? Annotation(string key) =>
            build.Metadata.Annotations is { } annotations && annotations.TryGetValue(key, out var value) ? value : null;
    }

    private static readonly HashSet<string?> VerificationReasons =
    [
        ImageReason.Verified.PullTestFailed,
        ImageReason.Verified.RunsAsRoot,
        ImageReason.Verified.ImportFailed,
        ImageReason.Verified.VersionMismatch,
        ImageReason.Verified.HeldPackagesMoved,
        ImageReason.Verified.SystemUpdatesMissing,
        ImageReason.Verified.VulnerabilitiesFound,
        ImageReason.Verified.ScannerUnavailable,
    ];
}
