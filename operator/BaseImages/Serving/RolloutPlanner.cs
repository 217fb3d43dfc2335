using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Preflight;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Rules;
using k8s.Models;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>
/// Decides what the workload should serve, by an ordered list of named rules. A roll-back is no step of its own: the
/// failed image, or the failed settings, are rejected in status, and the newest image that isn't rejected, with the
/// settings that aren't, is what remains. The way of a new image, and of new settings:
/// <code>
///   published ──► gate (approval, window) ──► pre-pull ──► Deployment asks for it
///       ▲              │ closed: the present one serves      │
///       │                                                    ▼
///       │                              Starting ──────► Soaking ──────► Proven: it serves, and is
///       │                                 ▲  │           │   ▲          what a later failure goes
///       │                                 │  │ crash     │   │          back to
///       │              pods are replaced ─╯  │ loop, no  │   │ available again
///       │                                    │ progress  ▼   │
///       │                                    │        Faltering ◄──► Waiting (no node takes its pods,
///       │                                    ▼           │            none are wanted: nobody's fault)
///       ╰── the newest one not rejected ── Failed ◄──────╯ patience over, or the smoke test failed
/// </code>
/// </summary>
internal static class RolloutPlanner
{
    private static readonly IReadOnlyList<Rule<RolloutChoice, RolloutDecision>> Rules =
    [
        new("an object that goes away, or only publishes, has no workload of ours", LeaveUnmanaged),
        new("a spec that can't be understood changes nothing that serves", HoldForSpec),
        new("a pinned build that isn't there holds what serves", HoldForPin),
        new("without an image there is nothing to serve", HoldForImage),
        new("weights that no pod of the engine can have replace none", HoldForDelivery),
        new("without its weights there is nothing to serve", HoldForModel),
        new("an image of another engine isn't served with settings that it can't have", HoldForEngine),
        new("at a closed gate the present image serves on", KeepBehindGate),
        new("while a new image is pulled ahead the present one serves on", KeepWhilePulling),
        new("what the pods need must be there before they are replaced", HoldForNeeds),
        new("the chosen image is served", choice => Serve(choice, choice.Target!)),
    ];

    /// <summary>Returns the decision of the first rule that has one.</summary>
    public static RolloutDecision Decide(ImageSnapshot s) => Rule(s).Decision;

    /// <summary>Returns the decision together with the name of the rule that made it.</summary>
    public static Ruling<RolloutDecision> Rule(ImageSnapshot s) => Rules.First(new RolloutChoice(s))!;

    /// <summary>Decides what is to be done about the weights before they are served.</summary>
    public static ModelWork? WorkFor(ImageSnapshot s)
    {
        var choice = new RolloutChoice(s);
        return ModelWork.Decide(s, choice.Fetcher, choice.Settings.Proven is { } proven ? [proven] : []);
    }

    /// <summary>
    /// Returns the pods that a pull ahead may be due for, so that it matters which nodes there are; null when none is.
    /// </summary>
    public static V1PodSpec? PulledFor(ImageSnapshot s)
    {
        if (
            s.Spec.Rollout is not { Mode.Value: RolloutMode.Managed, PrePull.Enabled: true }
            || s.Inputs is not BuildRequest.Known
            || s.Workload.Identity is not { } live
            || RunningImage.IdentityOf(s.LatestGoodBuild?.Status!.Application?.Reference) == live
        )
        {
            return null;
        }

        var choice = new RolloutChoice(s);
        return choice.Target is { } target && !choice.IsFree(target) && choice.Gate is null
            ? choice.Settings.For(target).Pod.Spec
            : null;
    }

    /// <summary>
    /// Returns whether pods would be replaced now, so that it matters whether what they need is there. Going back waits
    /// for nothing.
    /// </summary>
    public static bool IsAboutToReplace(ImageSnapshot s) =>
        s.Inputs is BuildRequest.Known
        && NamedObjects.ToLookUp(s.Spec, forBuild: false, forRollout: true).Any()
        && Decide(s) is RolloutDecision.Serve { GoesBack: false, Gate: null, Pull: null } serve
        && !s.Workload.AsksFor(serve.Template);

    /// <summary>Has an opinion only where it was looked up what pods need that would be replaced now.</summary>
    private static RolloutDecision.Hold? HoldForNeeds(RolloutChoice choice) =>
        PreflightPolicy.ForRollout(choice.Seen) is { } hindrance
            ? new RolloutDecision.Hold(
                hindrance.Message,
                Hindrance: hindrance,
                Until: choice.Seen.Now + PreflightPolicy.LookAgainAfter(choice.Seen, hindrance)
            )
            : null;

    private static RolloutDecision.Unmanaged? LeaveUnmanaged(RolloutChoice choice) =>
        choice.Seen.Image.Metadata.DeletionTimestamp is not null || choice.Seen.Spec.Rollout.Mode != RolloutMode.Managed
            ? new RolloutDecision.Unmanaged()
            : null;

    private static RolloutDecision.Hold? HoldForSpec(RolloutChoice choice) =>
        choice.Seen.Inputs is BuildRequest.Refused { LeavesServing: false } refused
            ? new RolloutDecision.Hold(refused.Message)
            : null;

    private static RolloutDecision.Hold? HoldForPin(RolloutChoice choice) =>
        choice.Seen.Pin is { } pin && choice.Target is null ? NoPinned(choice.Seen, pin) : null;

    private static RolloutDecision.Hold? HoldForImage(RolloutChoice choice) =>
        choice.Target is null ? new RolloutDecision.Hold("No image has been published yet") : null;

    private static RolloutDecision.Hold? HoldForDelivery(RolloutChoice choice) =>
        ServerModelPolicy.WithoutServer(choice.Seen) is { } refusal
            ? new RolloutDecision.Hold(
                refusal.Message,
                Hindrance: refusal,
                Until: choice.Seen.Now + PreflightPolicy.LookAgainAfter(choice.Seen, refusal)
            )
            : null;

    private static RolloutDecision.Hold? HoldForModel(RolloutChoice choice) =>
        choice.Settings.CannotServe ? new RolloutDecision.Hold(ModelText.Awaited(choice.Seen)) : null;

    private static RolloutDecision.Hold? HoldForEngine(RolloutChoice choice) =>
        choice.Settings.CanServe(choice.Target!) ? null
        : choice.Settings.AwaitsModel && choice.Settings.IsOfAskedEngine(choice.Target!)
            ? new RolloutDecision.Hold(ModelText.Awaited(choice.Seen))
        : choice.Seen.Pin is { } pin
            ? new RolloutDecision.Hold(
                $"{pin.Where}: {EngineFit.Problem(choice.Seen, choice.Target!)}; set the engine to the build's, or "
                    + "choose another build",
                IsRefused: true
            )
        : new RolloutDecision.Hold($"{EngineFit.Problem(choice.Seen, choice.Target!)}; the next build is");

    private static RolloutDecision? KeepBehindGate(RolloutChoice choice) =>
        choice.Gate is not { } gate ? null
        : choice.Serving is { } present ? Serve(choice, present) with { Gate = gate }
        : new RolloutDecision.Hold(gate.Message, gate);

    private static RolloutDecision.Serve? KeepWhilePulling(RolloutChoice choice) =>
        choice.Pull is { } pull && choice.Serving is { } present ? Serve(choice, present) with { Pull = pull } : null;

    private static RolloutDecision.Serve Serve(RolloutChoice choice, ImageStatus target)
    {
        var (s, settings) = (choice.Seen, choice.Settings);
        var template = settings.For(target);
        var inPlace = SingleNodeClaim.WhyInPlace(s, template);
        var givesWay = inPlace is not null || GivesWay(choice, target, template);
        return new RolloutDecision.Serve(
            target,
            template,
            settings,
            WorkloadStanding.Judge(s, template, givesWay),
            choice.IsRollback(target),
            s.Workload.AsksFor(template) ? RolloutProofPolicy.Judge(s, settings, target, template) : null,
            GivesWay: givesWay,
            InPlace: inPlace,
            Omission: choice.Target == target ? choice.Omission : null
        );
    }

    private static RolloutDecision.Hold NoPinned(ImageSnapshot s, Pin pin)
    {
        if (pin.Problem is { } problem)
        {
            return new RolloutDecision.Hold($"{problem}. {HeldBack.Unpin(s, pin)} takes it away", IsRefused: true);
        }

        if (s.Builds.Any(b => b.BuildName == pin.Build && !b.IsFinished))
        {
            return new RolloutDecision.Hold(
                $"Build {pin.Build} ({pin.Where}) still runs; it is served when it has succeeded"
            );
        }

        var there = s
            .Builds.Where(b => b.Status?.Application is not null && b.HasSucceeded)
            .Select(b => b.BuildName)
            .ToList();
        return new RolloutDecision.Hold(
            $"{pin.Where}: there is no successful build '{pin.Build}' with an application image; "
                + (there.Count > 0 ? $"choose one of {string.Join(", ", there)}, or empty it" : "empty it"),
            IsRefused: true
        );
    }

    /// <summary>
    /// With maxUnavailable 0 a Deployment keeps a pod that doesn't answer until its successor does, which waits for the
    /// GPU that the first one holds: no way back without a spare one. What doesn't answer protects nobody, so it goes
    /// first, and the strategy stays so until all answer again.
    /// </summary>
    private static bool GivesWay(RolloutChoice choice, ImageStatus target, ServingTemplate template)
    {
        var s = choice.Seen;
        if (
            choice.IsRollback(target)
            || (choice.Settings.RejectedFor(target) is not null && target.Digest == s.Status.ServingImage?.Digest)
        )
        {
            return true;
        }

        return s.Workload.Deployment is { Status: { Replicas: > 0 } status } live
            && (status.AvailableReplicas ?? 0) < (live.Spec.Replicas ?? 1)
            && (!s.Workload.AsksFor(template) || live.Spec.Strategy?.RollingUpdate?.MaxSurge?.Value == "0");
    }
}
