using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps.Contents;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps.Reuse;

/// <summary>Takes over a base image that exists already, as the parent asked.</summary>
/// <param name="Base">The image.</param>
/// <param name="Proved">What it has proved already; null: nothing.</param>
internal sealed record ReuseBase(ImageStatus Base, VerificationStatus? Proved) : PassiveStep
{
    public override string Stage => ImageReason.Reconciling.Building;

    public override SlotUse Slot => SlotUse.None;

    public static BuildStep? Decide(BuildSnapshot s) =>
        s.Status.Candidate is null && s.Spec.Template.ReuseBase is { } good
            ? new ReuseBase(good, s.Spec.Template.Verification?.Proved)
            : null;

    /// <summary>Takes over what is known; what has to prove itself again lists its packages again.</summary>
    protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, Nothing result) =>
        (
            (Proved is null ? status : status.Knowing(s, ContentsPolicy.Reused(s, Base))) with
            {
                Candidate = Base,
                // Of the images that the index names what they are, and not how they came to be.
                Platforms =
                    s.ReusedPlatforms is { } platforms && s.Spec.Template.IsForSeveral
                        ?
                        [
                            .. platforms.Select(p =>
                                p with
                                {
                                    Steps = [],
                                    Attempts = 0,
                                    JobRef = null,
                                    Application = null,
                                    Discarded = null,
                                }
                            ),
                        ]
                        : null,
                Verification = Proved,
                Steps = status.Steps.Start(StepLog.Build, s.Now).End(StepLog.Build, "Skipped", s.Now),
            }
        ).Advancing(s);

    protected override EventText? Tell(BuildSnapshot s, Nothing result) => null;

    protected override LookAgain NextLook(BuildSnapshot s, Nothing result) => new LookAgain.Now();
}
