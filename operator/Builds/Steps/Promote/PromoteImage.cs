using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps.Promote;

/// <summary>
/// Moves the alias tags to the candidate, which ends the build well: also where one can't move, since the image is
/// built, has proved itself, and is used by its digest.
/// </summary>
/// <param name="Candidate">The base.</param>
internal sealed record PromoteImage(Candidate Candidate) : BuildStep<PromotedImage>
{
    public override string Stage => ImageReason.Reconciling.Assembling;

    public override SlotUse Slot => SlotUse.None;

    public override IReadOnlyList<string> RegistriesOf(BuildSnapshot s) => [RegistryExecutor.HostOf(s)];

    public static BuildStep? Decide(BuildSnapshot s) =>
        s.Candidate is { } candidate ? new PromoteImage(candidate) : null;

    protected override async Task<StepOutcome<PromotedImage>> CarryOutAsync(
        BuildSnapshot s,
        StepTools tools,
        CancellationToken cancellationToken
    )
    {
        var client = await tools.Registries.ForBuildAsync(s.Build, cancellationToken);
        var (_, problem) = await new Promotion(client).MoveAsync(
            Candidate.Reference,
            AliasTags.Of(s),
            cancellationToken
        );
        return new PromotedImage(tools.Now, problem);
    }

    protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, PromotedImage result) =>
        (
            status with
            {
                Promoted = Candidate.Image with { Build = s.Build.BuildName },
                Steps = status.Steps.Start(StepLog.Promote, s.Now).End(StepLog.Promote, "Succeeded", result.At),
            }
        )
            .Succeeding(s, result.At, $"{Candidate.Reference} is published{PatchText(s)}")
            .Told(s, result);

    protected override EventText? Tell(BuildSnapshot s, PromotedImage result) =>
        AliasTags.Tell(s, result)
        ?? new EventText(
            false,
            "Promoted",
            "Promote",
            $"{Candidate.Reference} {Tags(s.Spec.Template.Output.AliasTags)}"
        );

    protected override LookAgain NextLook(BuildSnapshot s, PromotedImage result) =>
        result.Problem is null ? new LookAgain.OnChange() : new LookAgain.Now();

    private static string PatchText(BuildSnapshot s) =>
        s.Spec.Patch is not null ? $": {BuildKind.Describe(s.Spec)}" : "";

    private static string Tags(IReadOnlyList<string> tags) =>
        tags switch
        {
            [] => "is published",
            [var tag] => $"has the alias tag {tag}",
            _ => $"has the alias tags {string.Join(", ", tags)}",
        };
}
