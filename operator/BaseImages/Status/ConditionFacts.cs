using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Rules;
using k8s.Models;

namespace GemmaOperator.BaseImages.Status;

/// <summary>Holds all that the rules of conditions look at: what was observed, decided, and came of it.</summary>
/// <param name="Seen">What was observed.</param>
/// <param name="Status">The new status, but for its conditions.</param>
/// <param name="Decision">About freshness.</param>
/// <param name="Rollout">About the workload.</param>
/// <param name="Outcome">What carrying the two out led to.</param>
internal sealed record ConditionFacts(
    ImageSnapshot Seen,
    GemmaBaseImageStatus Status,
    ImageDecision Decision,
    RolloutDecision Rollout,
    ImageOutcome Outcome
)
{
    /// <summary>Gets whether the newest good build is what the present inputs would make.</summary>
    public bool IsCurrent { get; } =
        (Seen.Inputs, Seen.LatestGoodBuild) switch
        {
            (_, { } made) => Seen.IsOfPresentSpec(made),
            // Builds can be deleted by hand; the image that they published is still there.
            (BuildRequest.Known now, null) => Seen.Builds.Count == 0
                && Seen.Status.LatestImage is not null
                && now.IsAttempt(Seen.Status.InputsHash)
                && Seen.Status.Conditions.Any(c => c is { Type: ConditionType.BuildSucceeded, Status: "True" }),
            _ => false,
        };

    /// <summary>Gets whether the object was ready at its present generation: what comes since is a refresh.</summary>
    public bool WasReady { get; } =
        Seen.Status.Conditions.FirstOrDefault(c => c.Type == ConditionType.Ready)
            is { Status: "True", ObservedGeneration: var seen }
        && seen == Seen.Image.Metadata.Generation;

    /// <summary>
    /// Gets why the weights can't be fetched, where waiting alone won't help; null otherwise. What was recorded of an
    /// attempt stands until the next one, which may be long in coming.
    /// </summary>
    public string? ModelProblem { get; } =
        Status.Model?.Fetch is { Stage.Value: ModelFetchStage.Failed } failed
            ? $"spec.rollout.server.model.hub: {Seen.KnownModel} can't be fetched: {failed.Reason}: {failed.Message}"
                + (failed.RetryAt is { } at ? $"; it is tried again at {at:yyyy-MM-dd HH:mm:ss} UTC" : "")
        : FetchPolicy.Judge(Seen) is FetchState.Running { Hindrance.HasLasted: true }
            ? $"spec.rollout.server.model.hub: {ModelText.Awaited(Seen)}"
        : null;

    /// <summary>Gets what holds something newer back; null when nothing does.</summary>
    public HeldBack? HeldBack { get; } = HeldBack.Find(Seen, Rollout, Status);

    /// <summary>Gets the newest attempt, if it failed.</summary>
    public GemmaBuild? FailedBuild { get; } = Seen.LatestAttempt is { HasFailed: true } latest ? latest : null;

    /// <summary>Gets what stalls the running build, as its own condition says; null when nothing does.</summary>
    public V1Condition? StalledBuild { get; } =
        Seen.RunningBuild?.Status?.Conditions.FirstOrDefault(c => c is { Type: ConditionType.Stalled, Status: "True" });

    /// <summary>Gets the same in words; null when nothing does.</summary>
    public string? StalledBuildMessage =>
        StalledBuild is { } why ? $"Build {Seen.RunningBuild!.BuildName}: {why.Message}" : null;

    /// <summary>Gets what is tried again for the same input; null when nothing is.</summary>
    public BuildRetry? Retry { get; } = Seen.RunningBuild is null ? BuildRetry.Find(Seen) : null;

    /// <summary>
    /// Gets what is missing and still waited for: others may be about to make it. Null when nothing is, or it has taken
    /// too long.
    /// </summary>
    public MissingObject? Awaited { get; } =
        Status.Missing is { Since: { } since } missing && Seen.Now < since + Hindrance.Missing.Patience
            ? missing
            : null;

    /// <summary>Gets why no build begins that is due; null when none is due, or nothing keeps it.</summary>
    public string? WithheldFor => Awaited is null ? Hindrance?.Message : AwaitedMessage;

    /// <summary>Gets what is said of what is missing.</summary>
    public string? AwaitedMessage =>
        (Seen.Inputs as BuildRequest.Refused)?.Message ?? (Hindrance as Hindrance.Missing)?.Message;

    /// <summary>Gets what keeps a due build, or a due rollout, from beginning; null when nothing does.</summary>
    public Hindrance? Hindrance { get; } =
        (Decision as ImageDecision.Withhold)?.Hindrance ?? (Rollout as RolloutDecision.Hold)?.Hindrance;

    /// <summary>Gets why nothing goes on until the user acts; null while something does.</summary>
    public Stall? Stall => field ??= StalledRules.All.First(this)?.Decision;

    /// <summary>
    /// Returns whether an image was made for the present inputs, so that a newer one is a refresh and no change.
    /// </summary>
    public bool IsOfPresentSpec(ImageStatus? image) =>
        Seen.Builds.FirstOrDefault(b => b.BuildName == image?.Build) is { } made && Seen.IsOfPresentSpec(made);

    /// <summary>Returns what a target that is available must still prove.</summary>
    public string Proving(ImageStatus target, RolloutProof.Soaking soaking) =>
        string.Join(
            "; ",
            new[]
            {
                $"{target.Reference} is available"
                    + (
                        soaking.Until > Seen.Now
                            ? $" and must stay so until {soaking.Until:yyyy-MM-dd HH:mm:ss} UTC"
                            : ""
                    ),
                soaking.Test.Message,
            }.Where(part => part.Length > 0)
        );

    /// <summary>Returns that pods are being replaced, and what holds them up.</summary>
    public string RollingOut(RolloutDecision.Serve serve) =>
        string.Join(
            "; ",
            new[]
            {
                $"Rolling out {serve.Target.Reference}" + (serve.HasNewSettings ? " with changed settings" : ""),
                serve.InPlace,
                Seen.Workload.AsksFor(serve.Template)
                    ? (serve.Proof as RolloutProof.Waiting)?.Why
                        ?? (
                            new RevisionPods(Seen.Workload, serve.Template).Trouble is { Weight: > 2 } trouble
                                ? trouble.Why
                                : null
                        )
                    : null,
            }.OfType<string>()
        );

    /// <summary>
    /// Tells whether the Deployment asks for what has proved itself: pods that come and go are no rollout then.
    /// </summary>
    public bool Serves(RolloutDecision.Serve serve) =>
        !serve.GoesBack
        && !serve.HasNewSettings
        && serve.Target.Digest == Seen.Status.ServingImage?.Digest
        && Seen.Workload.AsksFor(serve.Template);

    /// <summary>Tells whether all pods of it that are wanted answer.</summary>
    public bool IsComplete(RolloutDecision.Serve serve) =>
        Seen.Workload.AsksFor(serve.Template)
        && (
            Seen.Workload.Progress == RolloutProgress.Complete
            || (
                Serves(serve)
                && Availability.Judge(Seen.Workload) is { IsAvailable: true }
                && new RevisionPods(Seen.Workload, serve.Template).Ready.Count()
                    >= (Seen.Workload.Deployment?.Spec.Replicas ?? 1)
            )
        );
}
