using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Rules;

namespace GemmaOperator.BaseImages.Status;

/// <summary>
/// Decides Ready as kstatus means it: True only if a good image exists for the current generation and, when managed,
/// the workload serves it. A failed refresh leaves it alone.
/// </summary>
internal static class ReadyRules
{
    public static readonly IReadOnlyList<Rule<ConditionFacts, Finding>> All =
    [
        new("what stalls the object keeps it from being ready", Stalled),
        new("a suspended object gets no image of a changed spec", Suspended),
        new("an image of the current spec is to come", Pending),
        new("publishing was all that was asked", Published),
        new("nobody knows yet whether the weights are there", WithoutModel),
        new("nothing can be served yet", Held),
        new("the workload doesn't run what it should", NotServed),
        new("the spec's weights are still to come", AwaitingModel),
        new("an older spec's image serves while a newer one waits at a gate", BehindGate),
        new("an older spec's image serves while a newer one is pulled", BehindPull),
        new("what serves has yet to prove itself", Unproven),
        new("the image serves", Serving),
    ];

    private static Finding? Stalled(ConditionFacts f) =>
        f.Stall is { } stall ? Finding.False(stall.ReadyReason, stall.Message) : null;

    private static Finding? Suspended(ConditionFacts f) =>
        f is { IsCurrent: false, Seen.Spec.Suspend: true }
            ? Finding.False(
                ImageReason.Ready.Suspended,
                "spec.suspend is true and there is no image of the current spec"
            )
            : null;

    private static Finding? Pending(ConditionFacts f)
    {
        if (f.IsCurrent)
        {
            return null;
        }

        if (f.Retry is { IsByItself: true } retry && retry.At > f.Seen.Now)
        {
            return Finding.False(
                ImageReason.Ready.BuildFailed,
                $"Build {retry.Failed.BuildName} failed: {retry.Failed.Succeeded?.Reason}: "
                    + $"{retry.Failed.Succeeded?.Message} {retry.Announcement}"
            );
        }

        return Finding.False(
            ImageReason.Ready.BuildPending,
            f.Seen.RunningBuild is { } running ? $"Build {running.BuildName} is running"
                : f.WithheldFor is { } why ? why
                : f.Seen.Spec.Triggers.SpecChange ? "There is no image of the current spec yet"
                : "There is no image of the current spec, and spec.triggers.specChange is false: set the "
                    + $"annotation {ApiGroup.RequestedAtAnnotation}"
        );
    }

    private static Finding? Published(ConditionFacts f) =>
        f.Rollout is RolloutDecision.Unmanaged
            ? Finding.True(ImageReason.Ready.Published, $"{f.Status.LatestImage?.Reference} is published")
            : null;

    private static Finding? WithoutModel(ConditionFacts f) =>
        ModelFreshness.AreUnknown(f.Seen)
            ? InProgress($"Nobody knows yet whether the weights {f.Seen.Model.Text} are there")
            : null;

    private static Finding? Held(ConditionFacts f) =>
        f.Rollout is RolloutDecision.Hold hold ? InProgress(hold.Message) : null;

    private static Finding? NotServed(ConditionFacts f)
    {
        var serve = Serve(f);
        if (f.IsComplete(serve))
        {
            return null;
        }

        return f.Seen.Workload.AsksFor(serve.Template) && serve.Proof is RolloutProof.Failed failed
                ? Failed(serve, failed)
            : f.Serves(serve)
                ? Finding.False(
                    ImageReason.Ready.PodsUnavailable,
                    $"{serve.Target.Reference} serves, but not from all its pods: "
                        + Availability.Judge(f.Seen.Workload)?.Message
                )
            : InProgress(f.RollingOut(serve));
    }

    /// <summary>
    /// Weights that a branch has moved to are a refresh: an object that was ready at this generation stays so.
    /// </summary>
    private static Finding? AwaitingModel(ConditionFacts f) =>
        Serve(f).Settings.AwaitsModel && !f.WasReady
            ? InProgress($"{Serve(f).Target.Reference} serves with the weights before; {ModelText.Awaited(f.Seen)}")
            : null;

    private static Finding? BehindGate(ConditionFacts f) =>
        Serve(f) is { Gate: { } gate } serve && !f.IsOfPresentSpec(serve.Target)
            ? InProgress($"{serve.Target.Reference} serves; {gate.Message}")
            : null;

    private static Finding? BehindPull(ConditionFacts f) =>
        Serve(f) is { Pull: { } pull } serve && !f.IsOfPresentSpec(serve.Target)
            ? InProgress($"{serve.Target.Reference} serves; {pull.Message}")
            : null;

    private static Finding? Unproven(ConditionFacts f)
    {
        var serve = Serve(f);
        return serve.Proof switch
        {
            RolloutProof.Soaking soaking
                when serve.HasSettingsToProve || !f.IsOfPresentSpec(f.Seen.Status.ServingImage) => InProgress(
                f.Proving(serve.Target, soaking)
            ),
            RolloutProof.Failed failed => Failed(serve, failed),
            _ => null,
        };
    }

    private static Finding Serving(ConditionFacts f) =>
        Finding.True(ImageReason.Ready.Serving, $"{Serve(f).Target.Reference} serves");

    /// <summary>The rules before have answered for the other cases.</summary>
    private static RolloutDecision.Serve Serve(ConditionFacts f) => (RolloutDecision.Serve)f.Rollout;

    private static Finding InProgress(string message) => Finding.False(ImageReason.Ready.RolloutInProgress, message);

    private static Finding Failed(RolloutDecision.Serve serve, RolloutProof.Failed failed) =>
        Finding.False(ImageReason.Ready.RolloutFailed, $"The rollout of {serve.Target.Reference} failed: {failed.Why}");
}
