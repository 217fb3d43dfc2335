using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps.Cancel;

/// <summary>Stops what runs, as was asked for.</summary>
/// <param name="Jobs">Names of the Jobs that run.</param>
internal sealed record CancelBuild(IReadOnlyList<string> Jobs) : BuildStep<Nothing>
{
    public override string Stage => ImageReason.BuildSucceeded.Canceled;

    public override SlotUse Slot => SlotUse.None;

    public static BuildStep? Decide(BuildSnapshot s) =>
        s.Build.IsCancelRequested
            ? new CancelBuild([.. s.Jobs.Where(j => !j.IsFinished).Select(j => j.Metadata.Name)])
            : null;

    protected override async Task<StepOutcome<Nothing>> CarryOutAsync(
        BuildSnapshot s,
        StepTools tools,
        CancellationToken cancellationToken
    )
    {
        foreach (var job in Jobs)
        {
            await JobExecutor.DeleteAsync(s, tools, job, cancellationToken);
        }

        return default(Nothing);
    }

    protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, Nothing result) =>
        status.Failing(
            s,
            ClassifiedFailure.Of(
                FailureReason.Canceled,
                $"Canceled: {Why(s)}",
                remedy: s.Build.SupersededBy is not null
                    ? "A build of that follows."
                    : "A new build starts when something changes or one is requested."
            )
        );

    protected override EventText? Tell(BuildSnapshot s, Nothing result) => new(false, "Canceled", "Cancel", Why(s));

    protected override LookAgain NextLook(BuildSnapshot s, Nothing result) => new LookAgain.OnChange();

    private static string Why(BuildSnapshot s) =>
        s.Build.SupersededBy is not { } generation ? "spec.cancel is true"
        : s.Status.HeldBy?.Value == BuildHold.AwaitingApproval
            ? "it waited for approval, and a change, a request or a fix asks for another"
        : $"generation {generation} of {s.Spec.ImageRef.Name} or of what it names asks for something else";
}
