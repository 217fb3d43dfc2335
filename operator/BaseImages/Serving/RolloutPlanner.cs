using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Serving.Workloads;
using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>
/// Decides what the workload should serve. A roll-back is no step of its own: the failed image, or the failed settings,
/// are rejected in status, and the newest image that isn't rejected, with the settings that aren't, is what remains.
/// </summary>
internal static class RolloutPlanner
{
    public static RolloutDecision Decide(ImageSnapshot s)
    {
        if (s.Image.Metadata.DeletionTimestamp is not null || s.Spec.Rollout.Mode != RolloutMode.Managed)
        {
            return new RolloutDecision.Unmanaged();
        }

        if (
            s.Inputs is BuildRequest.Refused
            {
                Reason: not (ImageReason.Stalled.SecretNotFound or ImageReason.Stalled.ConfigMapNotFound)
            } refused
        )
        {
            return new RolloutDecision.Hold(refused.Message);
        }

        if (s.Spec.Rollout.PinnedBuild is { Length: > 0 } pinned && Pinned(s, pinned) is null)
        {
            return NoPinned(s, pinned);
        }

        var settings = RolloutSettings.Of(s);
        if (Target(s, settings) is not { } target)
        {
            return new RolloutDecision.Hold("No image has been published yet");
        }

        if (GateBefore(s, settings, target) is not { } gate)
        {
            return PullBefore(s, settings, target) is { } pull && Serving(s, settings) is { } old
                ? Serve(s, settings, old, gate: null) with
                {
                    Pull = pull,
                }
                : Serve(s, settings, target, gate: null);
        }

        return Serving(s, settings) is { } present
            ? Serve(s, settings, present, gate)
            : new RolloutDecision.Hold(gate.Message, gate);
    }

    private static RolloutDecision.Hold NoPinned(ImageSnapshot s, string pinned)
    {
        if (s.Builds.Any(b => b.BuildName == pinned && !b.IsFinished))
        {
            return new RolloutDecision.Hold(
                $"Build {pinned} (spec.rollout.pinnedBuild) still runs; it is served when it has succeeded"
            );
        }

        var there = s
            .Builds.Where(b => b.Status?.Application is not null && b.HasSucceeded)
            .Select(b => b.BuildName)
            .ToList();
        return new RolloutDecision.Hold(
            $"spec.rollout.pinnedBuild: there is no successful build '{pinned}' with an application image; "
                + (there.Count > 0 ? $"choose one of {string.Join(", ", there)}, or empty it" : "empty it"),
            IsRefused: true
        );
    }

    private static RolloutDecision.Serve Serve(
        ImageSnapshot s,
        RolloutSettings settings,
        ImageStatus target,
        RolloutGate? gate
    )
    {
        var template = settings.For(target);
        var givesWay = GivesWay(s, settings, target, template);
        return new RolloutDecision.Serve(
            target,
            template,
            settings,
            DriftFrom(s, template, givesWay),
            IsRollback(s, settings, target),
            s.Workload.AsksFor(template) ? RolloutProof.Of(s, settings, target, template) : null,
            gate,
            GivesWay: givesWay
        );
    }

    /// <summary>
    /// With maxUnavailable 0 a Deployment keeps a pod that doesn't answer until its successor does, which waits for the
    /// GPU that the first one holds: no way back without a spare one. What doesn't answer protects nobody, so it goes
    /// first, and the strategy stays so until all answer again.
    /// </summary>
    private static bool GivesWay(
        ImageSnapshot s,
        RolloutSettings settings,
        ImageStatus target,
        ServingTemplate template
    )
    {
        if (
            IsRollback(s, settings, target)
            || (settings.RejectedFor(target) is not null && target.Digest == s.Status.ServingImage?.Digest)
        )
        {
            return true;
        }

        return s.Workload.Deployment is { Status: { Replicas: > 0 } status } live
            && (status.AvailableReplicas ?? 0) < (live.Spec.Replicas ?? 1)
            && (!s.Workload.AsksFor(template) || live.Spec.Strategy?.RollingUpdate?.MaxSurge?.Value == "0");
    }

    /// <summary>
    /// The pods that a pull ahead may be due for, so that it matters which nodes there are; null when none is.
    /// </summary>
    public static V1PodSpec? PulledFor(ImageSnapshot s)
    {
        if (
            s.Spec.Rollout is not { Mode.Value: RolloutMode.Managed, PrePull.Enabled: true }
            || s.Inputs is not BuildRequest.Known
            || s.Workload.Image is not { } live
            || s.LatestGoodBuild?.Status!.Application?.Reference == live
        )
        {
            return null;
        }

        var settings = RolloutSettings.Of(s);
        return
            Target(s, settings) is { } target && !IsFree(s, settings, target) && GateBefore(s, settings, target) is null
            ? settings.For(target).Pod.Spec
            : null;
    }

    private static PrePull? PullBefore(ImageSnapshot s, RolloutSettings settings, ImageStatus target) =>
        IsFree(s, settings, target) ? null : PrePull.Of(s, target, settings.For(target));

    /// <summary>
    /// Going back, what a person asked for by name, and changed settings of what serves wait for nobody.
    /// </summary>
    private static bool IsFree(ImageSnapshot s, RolloutSettings settings, ImageStatus target) =>
        s.Workload.Image == target.Reference
        || target.Digest == s.Status.ServingImage?.Digest
        || s.Spec.Rollout.PinnedBuild.Length > 0
        || IsRollback(s, settings, target);

    private static RolloutGate? GateBefore(ImageSnapshot s, RolloutSettings settings, ImageStatus target) =>
        IsFree(s, settings, target) ? null : RolloutGate.Of(s, target);

    /// <summary>
    /// The image to serve: pinned by hand, else what runs while suspended, else the newest that isn't rejected.
    /// </summary>
    private static ImageStatus? Target(ImageSnapshot s, RolloutSettings settings)
    {
        if (s.Spec.Rollout.PinnedBuild is { Length: > 0 } pinned)
        {
            return Pinned(s, pinned);
        }

        return (s.Spec.Suspend ? Serving(s, settings) : null) ?? Newest(s, settings) ?? Serving(s, settings);
    }

    private static ImageStatus? Pinned(ImageSnapshot s, string build) =>
        s.Builds.FirstOrDefault(b => b.BuildName == build && b.HasSucceeded)?.Status!.Application;

    private static ImageStatus? Newest(ImageSnapshot s, RolloutSettings settings) =>
        s
            .Builds.Where(b => b.HasSucceeded)
            .Select(b => b.Status!.Application)
            .FirstOrDefault(a => a is not null && !IsRejected(s, settings, a));

    private static bool IsRejected(ImageSnapshot s, RolloutSettings settings, ImageStatus image) =>
        s.Status.RejectedDigests?.Contains(image.Digest, StringComparer.Ordinal) == true || settings.Rejects(image);

    /// <summary>
    /// What serves, and may go on to; an image that was rejected only runs still, and what served before it is meant.
    /// </summary>
    private static ImageStatus? Serving(ImageSnapshot s, RolloutSettings settings)
    {
        if (s.Workload.Image is not { } live)
        {
            return s.Status.ServingImage;
        }

        var present = new[] { s.Status.ServingImage, s.Status.PreviousImage }
            .Concat(s.Builds.Select(b => b.Status?.Application))
            .FirstOrDefault(i => i?.Reference == live);
        return present is not null && IsRejected(s, settings, present) ? s.Status.ServingImage : present;
    }

    private static bool IsRollback(ImageSnapshot s, RolloutSettings settings, ImageStatus target) =>
        s.LatestGoodBuild?.Status!.Application is { } newest
        && newest.Digest != target.Digest
        && IsRejected(s, settings, newest);

    private static string? DriftFrom(ImageSnapshot s, ServingTemplate template, bool givesWay)
    {
        if (s.Workload.Deployment is not { } deployment)
        {
            return "deployment";
        }

        return Drift.Between(ServingDeployment.For(s.Image, template, deployment, givesWay), deployment)
            ?? (s.Workload.Service is { } service ? Drift.Between(ServingService.For(s.Image), service) : "service")
            ?? BudgetDrift(s);
    }

    private static string? BudgetDrift(ImageSnapshot s) =>
        (ServingBudget.For(s.Image, s.Workload.Deployment), s.Workload.Budget) switch
        {
            (null, null) => null,
            ({ } wanted, { } live) => Drift.Between(wanted, live),
            _ => "podDisruptionBudget",
        };
}
