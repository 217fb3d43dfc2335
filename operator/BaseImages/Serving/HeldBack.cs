using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Cluster;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>Says what holds something newer back from being served, and how that ends.</summary>
/// <param name="Reason">One of <see cref="ImageReason.Held"/>.</param>
/// <param name="Build">Newest build that is held back; null when no image is.</param>
/// <param name="What">For people: what is held back, by what.</param>
/// <param name="Remedy">For people: what ends it; a command works as it stands.</param>
/// <param name="Since">Since when (UTC), where that is recorded; null otherwise.</param>
internal sealed record HeldBack(string Reason, string? Build, string What, string Remedy, DateTime? Since = null)
{
    /// <summary>Returns null when nothing is held back.</summary>
    /// <param name="s">What was observed.</param>
    /// <param name="rollout">About the workload.</param>
    /// <param name="status">What is known now of what serves.</param>
    public static HeldBack? Find(ImageSnapshot s, RolloutDecision rollout, GemmaBaseImageStatus status) =>
        s.Image.Metadata.DeletionTimestamp is not null ? null
        : s.Spec.Suspend ? Suspended(s, rollout, status)
        : rollout is RolloutDecision.Unmanaged ? null
        : Pinned(s) ?? Gated(s, rollout) ?? Rejected(s, rollout);

    /// <summary>Returns what the status keeps of it; since when stays while the same holds the same back.</summary>
    public HeldStatus Record(HeldStatus? before, DateTime now) =>
        before is not null && (before.Reason, before.Build) == (Reason, Build)
            ? before with
            {
                Since = before.Since ?? Conditions.WholeSeconds(Since ?? now),
            }
            : new HeldStatus
            {
                Reason = Reason,
                Build = Build,
                Since = Conditions.WholeSeconds(Since ?? now),
            };

    private static HeldBack Suspended(ImageSnapshot s, RolloutDecision rollout, GemmaBaseImageStatus status)
    {
        var newest = rollout is RolloutDecision.Unmanaged ? null : Unserved(s, status);
        return new HeldBack(
            ImageReason.Held.Suspended,
            newest,
            "spec.suspend is true: nothing newer is built or rolled out"
                + (newest is null ? "" : $"; build {newest} is published and not served"),
            Patch(s, """{"spec":{"suspend":false}}"""),
            status.SuspendTime
        );
    }

    private static HeldBack? Pinned(ImageSnapshot s) =>
        s.Pin is { Build: { } pinned } pin
        && s.LatestGoodBuild is { Status.Application: not null } newest
        && newest.BuildName != pinned
        && newest.Status.Application.Build != pinned
        // Builds that found nothing changed stand for one image.
        && newest.Status.Application.Digest
            != s.Builds.FirstOrDefault(b => b.BuildName == pinned)?.Status?.Application?.Digest
            ? new HeldBack(
                ImageReason.Held.Pinned,
                newest.BuildName,
                $"Build {newest.BuildName} is published and not served: {pin.Where} asks for {pinned}"
                    + (pin.Until is { } until ? $" until {until:yyyy-MM-dd HH:mm:ss} UTC" : ""),
                Unpin(s, pin)
            )
            : null;

    private static HeldBack? Gated(ImageSnapshot s, RolloutDecision rollout) =>
        rollout.ClosedGate is not { } gate ? null
        : gate.Reason == ImageReason.Reconciling.AwaitingApproval
            ? new HeldBack(
                ImageReason.Held.AwaitingApproval,
                gate.Build,
                $"Build {gate.Build} is published and waits for approval",
                RolloutGate.Approve(s, gate.Build)
            )
        : new HeldBack(
            ImageReason.Held.AwaitingWindow,
            gate.Build,
            gate.Message,
            $"wait for the window, or serve it at once: {PinTo(s, gate.Build)}"
        );

    private static HeldBack? Rejected(ImageSnapshot s, RolloutDecision rollout) =>
        rollout switch
        {
            RolloutDecision.Serve { Rejected: { } given, Target: var target } => new HeldBack(
                ImageReason.Held.SettingsRejected,
                null,
                $"The pods' settings of the present spec failed; {target.Reference} serves with those before",
                "change spec.rollout.server, or put it back",
                given.Time
            ),
            RolloutDecision.Serve { IsRollback: true, Target: var target } when s.LatestGoodBuild is { } newest =>
                new HeldBack(
                    ImageReason.Held.ImageRejected,
                    newest.BuildName,
                    $"Build {newest.BuildName} failed its rollout and isn't tried again; {target.Reference} serves",
                    $"a new build: kubectl annotate gemmabaseimage {Name(s)} --overwrite "
                        + $"{ApiGroup.RequestedAtAnnotation}=\"$(date -u +%FT%TZ)\"; to try the same again: "
                        + PinTo(s, newest.BuildName)
                ),
            _ => null,
        };

    /// <summary>Returns the newest build whose image doesn't serve; null when it does.</summary>
    private static string? Unserved(ImageSnapshot s, GemmaBaseImageStatus status) =>
        s.LatestGoodBuild is { Status.Application: { } made } newest && made.Digest != status.ServingImage?.Digest
            ? newest.BuildName
            : null;

    /// <summary>Returns the command that ends a pin.</summary>
    public static string Unpin(ImageSnapshot s, Pin pin) =>
        pin.IsAnnotated
            ? $"kubectl annotate gemmabaseimage {Name(s)} {ApiGroup.PinAnnotation}-"
            : Patch(s, """{"spec":{"rollout":{"pinnedBuild":""}}}""");

    private static string PinTo(ImageSnapshot s, string build) =>
        Patch(s, $$$$"""{"spec":{"rollout":{"pinnedBuild":"{{{{build}}}}"}}}""");

    private static string Patch(ImageSnapshot s, string change) =>
        $"kubectl patch gemmabaseimage {Name(s)} --type merge -p '{change}'";

    private static string Name(ImageSnapshot s) => $"{s.Image.Metadata.Name} -n {s.Image.Metadata.NamespaceProperty}";
}
