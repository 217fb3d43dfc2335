using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Cluster;
using GemmaOperator.Owners;

namespace GemmaOperator.Builds.Steps.Cancel;

/// <summary>
/// Ends a build whose repository became another object's while it ran: none of its tags is moved, and nothing more is
/// written there.
/// </summary>
/// <param name="Taken">What another object has.</param>
internal sealed record LeaveRepository(TakenRepository Taken) : PassiveStep
{
    public override string Stage => ImageReason.Reconciling.Assembling;

    public override SlotUse Slot => SlotUse.None;

    private ClassifiedFailure Failure =>
        ClassifiedFailure.Of(FailureReason.PushFailed, Taken.Message, remedy: "A build of another one follows.");

    public static BuildStep? Decide(BuildSnapshot s) => s.Taken is { } taken ? new LeaveRepository(taken) : null;

    protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, Nothing result) =>
        status.Failing(s, Failure);

    protected override EventText? Tell(BuildSnapshot s, Nothing result) => Failure.Tell("Build");

    protected override LookAgain NextLook(BuildSnapshot s, Nothing result) => new LookAgain.OnChange();
}
