using GemmaOperator.Api.Words;
using k8s.Models;
using Spec = GemmaOperator.Api.BaseImages.GemmaBaseImageSpec;

namespace GemmaOperator.Api.Validation;

/// <summary>
/// Checks numbers, lengths and counts against the schema's bounds, for objects that are older than the schema. A test
/// holds the two against each other, field by field.
/// </summary>
internal static class SizeRules
{
    private const string InvalidSchedule = ImageReason.Stalled.InvalidSchedule;

    private static readonly Number[] Numbers =
    [
        new("spec.startingDeadlineSeconds", 10, 604800, s => s.StartingDeadlineSeconds, InvalidSchedule),
        new("spec.jitterSeconds", 0, 3600, s => s.JitterSeconds, InvalidSchedule),
        new("spec.build.retries", 0, 10, s => s.Build?.Retries),
        new("spec.patching.maxLayers", 1, 10, s => s.Patching?.MaxLayers),
        new("spec.retention.successfulBuilds", 2, 100, s => s.Retention?.SuccessfulBuilds),
        new("spec.retention.failedBuilds", 0, 100, s => s.Retention?.FailedBuilds),
        new("spec.retention.images.keep", 2, 100, s => s.Retention?.Images?.Keep),
        new("spec.rollout.server.replicas", 0, 100, s => s.Rollout?.Server?.Replicas),
        new("spec.rollout.server.port", 1024, 65535, s => s.Rollout?.Server?.Port),
        new("spec.rollout.server.gpu.count", 0, 64, s => s.Rollout?.Server?.Gpu?.Count),
        new(
            "spec.rollout.server.terminationGracePeriodSeconds",
            0,
            3600,
            s => s.Rollout?.Server?.TerminationGracePeriodSeconds
        ),
        new("spec.cost.applicationBuildsPerWeek", 0, 100000, s => s.Cost?.ApplicationBuildsPerWeek),
    ];

    private static readonly Text[] Texts =
    [
        new("spec.schedule", 100, s => s.Schedule, InvalidSchedule),
        new("spec.base.pytorch", SpecBounds.Version, s => s.Base?.Pytorch),
        new("spec.base.cuda", 16, s => s.Base?.Cuda),
        new("spec.base.cudnn", 8, s => s.Base?.Cudnn),
        new("spec.requirements.inline", 65536, s => s.Requirements?.Inline),
        new("spec.build.executorImage", 512, s => s.Build?.ExecutorImage, Least: 3),
        new("spec.build.scratchSizeLimit", 20, s => s.Build?.ScratchSizeLimit),
        new("spec.rollout.window.schedule", 100, s => s.Rollout?.Window?.Schedule, InvalidSchedule),
        new("spec.rollout.server.repository", 228, s => s.Rollout?.Server?.Repository),
        new("spec.rollout.server.model.name", 200, s => s.Rollout?.Server?.Model?.Name),
        new("spec.rollout.server.model.path", 255, s => s.Rollout?.Server?.Model?.Path),
        new("spec.rollout.server.model.subPath", SpecBounds.ModelPath, s => s.Rollout?.Server?.Model?.SubPath),
        new(
            "spec.rollout.server.model.image.reference",
            512,
            s => s.Rollout?.Server?.Model?.Image?.Reference,
            Least: 3
        ),
        new(
            "spec.rollout.server.model.image.subPath",
            SpecBounds.ModelPath,
            s => s.Rollout?.Server?.Model?.Image?.SubPath
        ),
        new("spec.rollout.server.model.hub.repository", 200, s => s.Rollout?.Server?.Model?.Hub?.Repository, Least: 1),
        new("spec.rollout.server.model.hub.revision", 200, s => s.Rollout?.Server?.Model?.Hub?.Revision, Least: 1),
        new("spec.rollout.server.model.hub.storage.size", 20, s => s.Rollout?.Server?.Model?.Hub?.Storage?.Size),
        new("spec.rollout.server.gpu.resourceName", 316, s => s.Rollout?.Server?.Gpu?.ResourceName),
    ];

    private static readonly Count[] Counts =
    [
        new("spec.defaults.except", SpecBounds.DefaultsExcept, s => s.Defaults?.Except?.Count),
        new("spec.build.resources.limits", 16, s => s.Build?.Resources?.Limits?.Count),
        new("spec.build.resources.requests", 16, s => s.Build?.Resources?.Requests?.Count),
        new("spec.build.nodeSelector", 16, s => s.Build?.NodeSelector?.Count),
        new("spec.build.tolerations", 16, s => s.Build?.Tolerations?.Count),
        new("spec.build.podLabels", SpecBounds.PodLabels, s => s.Build?.PodLabels?.Count),
        new("spec.build.podAnnotations", SpecBounds.PodAnnotations, s => s.Build?.PodAnnotations?.Count),
        new("spec.build.imagePullSecrets", SpecBounds.PullSecrets, s => s.Build?.ImagePullSecrets?.Count),
        new("spec.output.aliasTags", 10, s => s.Output?.AliasTags?.Count),
        new("spec.verification.pullTest.resources.limits", 16, s => s.Verification?.PullTest?.Resources?.Limits?.Count),
        new(
            "spec.verification.pullTest.resources.requests",
            16,
            s => s.Verification?.PullTest?.Resources?.Requests?.Count
        ),
        new("spec.verification.imports", 50, s => s.Verification?.Imports?.Count),
        new("spec.verification.scan.ignore", 100, s => s.Verification?.Scan?.Ignore?.Count),
        new("spec.verification.scan.resources.limits", 16, s => s.Verification?.Scan?.Resources?.Limits?.Count),
        new("spec.verification.scan.resources.requests", 16, s => s.Verification?.Scan?.Resources?.Requests?.Count),
        new("spec.rollout.server.resources.limits", 16, s => s.Rollout?.Server?.Resources?.Limits?.Count),
        new("spec.rollout.server.resources.requests", 16, s => s.Rollout?.Server?.Resources?.Requests?.Count),
        new("spec.rollout.server.env", SpecBounds.Variables, s => s.Rollout?.Server?.Env?.Count),
        new(
            "spec.rollout.server.model.hub.include",
            SpecBounds.Includes,
            s => s.Rollout?.Server?.Model?.Hub?.Include?.Count
        ),
        new(
            "spec.rollout.server.model.hub.storage.accessModes",
            3,
            s => s.Rollout?.Server?.Model?.Hub?.Storage?.AccessModes?.Count
        ),
        new("spec.rollout.server.nodeSelector", 16, s => s.Rollout?.Server?.NodeSelector?.Count),
        new("spec.rollout.server.tolerations", 16, s => s.Rollout?.Server?.Tolerations?.Count),
    ];

    private static readonly Items[] Lists =
    [
        new("spec.build.tolerations", ".key", 0, 316, s => s.Build?.Tolerations?.Select(KeyOf)),
        new("spec.verification.imports", "", 1, 128, s => s.Verification?.Imports),
        new("spec.verification.scan.ignore", ".id", 3, 64, s => s.Verification?.Scan?.Ignore?.Select(i => i?.Id)),
        new(
            "spec.verification.scan.ignore",
            ".reason",
            1,
            512,
            s => s.Verification?.Scan?.Ignore?.Select(i => i?.Reason)
        ),
        new(
            "spec.rollout.server.env",
            ".name",
            1,
            SpecBounds.VariableName,
            s => s.Rollout?.Server?.Env?.Select(v => v?.Name)
        ),
        new(
            "spec.rollout.server.env",
            ".value",
            0,
            SpecBounds.VariableValue,
            s => s.Rollout?.Server?.Env?.Select(v => v?.Value)
        ),
        new(
            "spec.rollout.server.model.hub.include",
            "",
            1,
            SpecBounds.ModelPath,
            s => s.Rollout?.Server?.Model?.Hub?.Include
        ),
        new("spec.rollout.server.tolerations", ".key", 0, 316, s => s.Rollout?.Server?.Tolerations?.Select(KeyOf)),
    ];

    public static void Check(Spec spec, Findings findings)
    {
        foreach (var number in Numbers)
        {
            if (number.Of(spec) is { } value && (value < number.Least || value > number.Most))
            {
                findings.Add(
                    number.Path,
                    $"{value} is out of range",
                    $"choose {number.Least} to {number.Most}",
                    number.Reason
                );
            }
        }

        foreach (var text in Texts)
        {
            CheckLength(text.Path, text.Of(spec), text.Least, text.Most, findings, text.Reason);
        }

        foreach (var count in Counts)
        {
            if (count.Of(spec) is { } value && value > count.Most)
            {
                findings.Add(count.Path, $"it has {value} entries", $"list at most {count.Most}");
            }
        }

        foreach (var list in Lists)
        {
            foreach (var (i, text) in (list.Of(spec) ?? []).Index())
            {
                CheckLength($"{list.Path}[{i}]{list.Field}", text, list.Least, list.Most, findings);
            }
        }
    }

    private static void CheckLength(
        string path,
        string? text,
        int least,
        int most,
        Findings findings,
        string reason = ImageReason.Stalled.InvalidSpec
    )
    {
        if (text is null)
        {
            return;
        }

        // The API server counts code points; what is short in UTF-16 is no longer in them.
        var length = text.Length > most ? text.EnumerateRunes().Count() : text.Length;
        if (length < least || length > most)
        {
            findings.Add(
                path,
                $"it has {length} characters",
                least > 0 ? $"write {least} to {most}" : $"write at most {most}",
                reason
            );
        }
    }

    private static string? KeyOf(V1Toleration? toleration) => toleration?.Key;

    private sealed record Number(
        string Path,
        long Least,
        long Most,
        Func<Spec, long?> Of,
        string Reason = ImageReason.Stalled.InvalidSpec
    );

    private sealed record Text(
        string Path,
        int Most,
        Func<Spec, string?> Of,
        string Reason = ImageReason.Stalled.InvalidSpec,
        int Least = 0
    );

    private sealed record Count(string Path, int Most, Func<Spec, int?> Of);

    /// <param name="Path">The list.</param>
    /// <param name="Field">What follows the index; empty for a list of texts.</param>
    /// <param name="Least">Fewest characters.</param>
    /// <param name="Most">Most characters.</param>
    /// <param name="Of">The text of each item; null items are judged elsewhere.</param>
    private sealed record Items(string Path, string Field, int Least, int Most, Func<Spec, IEnumerable<string?>?> Of);
}
