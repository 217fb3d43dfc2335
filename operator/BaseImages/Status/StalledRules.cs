using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.Rules;

namespace GemmaOperator.BaseImages.Status;

/// <summary>Decides what stalls an object: the only place that does.</summary>
internal static class StalledRules
{
    public static readonly IReadOnlyList<Rule<ConditionFacts, Stall>> All =
    [
        new("the spec, or what it names, is refused", InputsRefused),
        new("what a due build needs isn't there, or can't be used", BuildWithheld),
        new("what the served pods need isn't there, or can't be used", RolloutWithheld),
        new("the registry refuses the base reference", BaseRefused),
        new("the weights aren't there, or can't be served", ModelRefused),
        new("the API server refuses the build", BuildRefused),
        new("a build can't write what it needs", BuildStalled),
        new("the weights can't be fetched, and that won't pass", ModelFetchFailed),
        new("the workload can't be written", WorkloadRefused),
        new("what stands in the cluster isn't known for what was asked for", WorkloadUnknown),
        new("the spec asks to serve what there isn't", ServingRefused),
        new("the spec's settings failed and those before serve", SettingsGivenUp),
        new("the newest image failed and the one before serves", ImageGivenUp),
        new("the newest build failed and isn't repeated for the same input", BuildFailed),
    ];

    private static Stall? InputsRefused(ConditionFacts f) =>
        f.Seen.Inputs is BuildRequest.Refused bad && (bad.Missing is null || f.Awaited is null)
            ? new Stall(bad.Reason, ImageReason.Ready.BuildPending, bad.Message)
            : null;

    private static Stall? BuildWithheld(ConditionFacts f) =>
        f is { Decision: ImageDecision.Withhold { Hindrance: var why }, IsCurrent: false }
            ? For(f, why, ImageReason.Ready.BuildPending)
            : null;

    private static Stall? RolloutWithheld(ConditionFacts f) =>
        f.Rollout is RolloutDecision.Hold { Hindrance: { } why } ? For(f, why, ImageReason.Ready.RolloutFailed) : null;

    private static Stall? For(ConditionFacts f, Hindrance why, string ready) =>
        why switch
        {
            Hindrance.Refusal refusal => new Stall(refusal.Reason, ready, refusal.Message),
            Hindrance.Missing missing when f.Awaited is null => new Stall(
                ImageReason.Stalled.ObjectNotFound,
                ready,
                missing.Message
            ),
            _ => null,
        };

    private static Stall? BaseRefused(ConditionFacts f) =>
        f
            is {
                Outcome.Base: UpstreamBaseResolution.Refused refused,
                Decision: ImageDecision.ResolveBase { ForBuild: true },
                IsCurrent: false
            }
            ? new Stall(
                refused.IsNotAsked ? ImageReason.Stalled.EgressRefused : ImageReason.Stalled.InvalidBaseReference,
                ImageReason.Ready.BuildPending,
                refused.Message
            )
            : null;

    /// <summary>
    /// A poll that is refused stalls nothing: what is known of the weights still serves, and an event tells of it.
    /// </summary>
    private static Stall? ModelRefused(ConditionFacts f) =>
        f.Outcome.Model is ModelResolution.Refused refused && ModelFreshness.AreUnknown(f.Seen)
            ? new Stall(
                refused.Reason,
                f.IsCurrent ? ImageReason.Ready.RolloutFailed : ImageReason.Ready.BuildPending,
                refused.Message
            )
            : null;

    private static Stall? BuildRefused(ConditionFacts f) =>
        f is { Outcome.BuildRefused: { } refused, IsCurrent: false }
            ? new Stall(ImageReason.Stalled.ObjectRefused, ImageReason.Ready.BuildPending, refused)
            : null;

    /// <summary>A refresh that is stalled stalls nothing that serves: Fresh tells of it.</summary>
    private static Stall? BuildStalled(ConditionFacts f) =>
        f is { StalledBuild: { } why, IsCurrent: false }
            ? new Stall(why.Reason, ImageReason.Ready.BuildPending, f.StalledBuildMessage!)
            : null;

    /// <summary>
    /// Weights that a branch has moved to are a refresh: what serves of this generation isn't stalled by it.
    /// </summary>
    private static Stall? ModelFetchFailed(ConditionFacts f) =>
        !f.WasReady && f.ModelProblem is { } problem
            ? new Stall(ImageReason.Stalled.ModelFetchFailed, ImageReason.Ready.RolloutFailed, problem)
            : null;

    private static Stall? WorkloadRefused(ConditionFacts f) =>
        f.Outcome.WorkloadConflict is { } conflict
            ? new Stall(ImageReason.Stalled.InvalidSpec, ImageReason.Ready.RolloutFailed, conflict)
        : f.Outcome.WorkloadRefused is { } refused
            ? new Stall(ImageReason.Stalled.ObjectRefused, ImageReason.Ready.RolloutFailed, refused)
        // A Job beside a service that is as it should be proves, pulls or fetches a refresh.
        : f is { Outcome.JobRefused: { } job, WasReady: false }
            ? new Stall(ImageReason.Stalled.ObjectRefused, ImageReason.Ready.RolloutFailed, job)
        : null;

    /// <summary>
    /// As long as its pods can be told from others, what admission changed is told and stalls nothing.
    /// </summary>
    private static Stall? WorkloadUnknown(ConditionFacts f) =>
        f.Rollout is RolloutDecision.Serve serve && RewrittenRule.Judge(f) is { } told && IsUnknown(f, serve)
            ? told.Reason == ImageReason.Rewritten.FieldContested
                ? new Stall(ImageReason.Stalled.FieldContested, ImageReason.Ready.RolloutFailed, told.Message)
                : new Stall(ImageReason.Stalled.RewrittenByAdmission, ImageReason.Ready.RolloutFailed, told.Message)
            : null;

    private static bool IsUnknown(ConditionFacts f, RolloutDecision.Serve serve) =>
        f.Seen.Workload.AsksFor(serve.Template)
            ? UnknownPodPolicy.Replaced(f.Seen.Workload) is not null
            : serve.Standing.Deployment is ObjectStanding.Rewritten or ObjectStanding.Undone { RetryAt: not null };

    private static Stall? ServingRefused(ConditionFacts f) =>
        f.Rollout is RolloutDecision.Hold { IsRefused: true } unknown
            ? new Stall(ImageReason.Stalled.InvalidSpec, ImageReason.Ready.RolloutFailed, unknown.Message)
            : null;

    private static Stall? SettingsGivenUp(ConditionFacts f) =>
        f.Rollout is RolloutDecision.Serve { Rejected: { } given } kept
            ? new Stall(
                ImageReason.Stalled.SettingsRolledBack,
                ImageReason.Ready.SettingsRolledBack,
                $"spec.rollout.server: {given.Message}; {kept.Target.Reference} goes on "
                    + "serving with the settings before"
                    + $" (they differ in spec{kept.Settings.Difference} of the pod). Change spec.rollout.server."
            )
            : null;

    private static Stall? ImageGivenUp(ConditionFacts f) =>
        f.Rollout is RolloutDecision.Serve { IsRollback: true } serve
            ? new Stall(
                ImageReason.Stalled.RolledBack,
                ImageReason.Ready.RolledBack,
                $"The rollout of the newest image failed and {serve.Target.Reference} serves instead"
                    + (f.Status.Rollout?.LastFailure is { } why ? $" ({why}). " : ". ")
                    + "A new build, a changed spec or spec.rollout.pinnedBuild ends this."
            )
            : null;

    private static Stall? BuildFailed(ConditionFacts f) =>
        f is { FailedBuild: { } failed, IsCurrent: false, Seen.RunningBuild: null, Retry: not { IsByItself: true } }
        && f.Decision is { LeadsToBuild: false } or ImageDecision.Withhold { Hindrance: Hindrance.Unchanged }
            ? new Stall(
                ImageReason.Stalled.RetriesExhausted,
                failed.IsRejected ? ImageReason.Ready.VerificationFailed : ImageReason.Ready.BuildFailed,
                $"Build {failed.BuildName} failed: {failed.Succeeded?.Reason}: {failed.Succeeded?.Message} "
                    + (
                        f.Retry is { Failed.Status.Failure.ServerImage: null } retry ? retry.Announcement
                        : f.Retry is not null
                            ? "It is tried again when spec.rollout.server.image is another image, or the spec another."
                        : "It isn't repeated for the same input: change the spec, or set the annotation "
                            + $"{ApiGroup.RequestedAtAnnotation}."
                    )
            )
            : null;
}
