using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps.Cancel;

/// <summary>
/// Leaves alone a build that the operator didn't make: no credential is used for it, no Job made, no slot held. Its
/// status says so, without the generation that marks what was worked at.
/// </summary>
internal sealed record NotOurs : PassiveStep
{
    /// <summary>Is what is told of it.</summary>
    public const string Message =
        "No GemmaBaseImage of this namespace announced this build: builds are made by the operator alone. Nothing is "
        + "done with it; delete it. To have one made, set the annotation "
        + $"{ApiGroup.RequestedAtAnnotation} of the GemmaBaseImage";

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    public override string Stage => ImageReason.Stalled.NotOurs;

    public override SlotUse Slot => SlotUse.None;

    protected override bool EndsStall => false;

    public static BuildStep? Decide(BuildSnapshot s) =>
        s.Origin == BuildOrigin.Own || s.Build.IsFinished || s.Build.Metadata.DeletionTimestamp is not null
            ? null
            : new NotOurs();

    protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, Nothing result)
    {
        var conditions = new Conditions(s.Status.Conditions, s.Build.Metadata.Generation ?? 0, s.Now);
        conditions.Unknown(ConditionType.Succeeded, ImageReason.Stalled.NotOurs, Message);
        conditions.True(ConditionType.Stalled, ImageReason.Stalled.NotOurs, Message);
        conditions.Remove(ConditionType.Reconciling);
        return s.Status with { Conditions = conditions.List };
    }

    /// <summary>Renders an event once: the condition keeps that it was told.</summary>
    protected override EventText? Tell(BuildSnapshot s, Nothing result) =>
        s.Status.Conditions.Any(c => c.Reason == ImageReason.Stalled.NotOurs)
            ? null
            : new EventText(true, ImageReason.Stalled.NotOurs, "Build", Message);

    protected override LookAgain NextLook(BuildSnapshot s, Nothing result) => new LookAgain.After(Pause);
}
