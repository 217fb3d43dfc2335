using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Steps.Promote;

/// <summary>Moves the alias tags to the candidate, which ends the build well.</summary>
/// <param name="Candidate">The base.</param>
internal sealed record PromoteImage(Candidate Candidate) : BuildStep<PromotedImage>
{
    public override string Stage => ImageReason.Reconciling.Assembling;

    public override SlotUse Slot => SlotUse.None;

    public static BuildStep? Decide(BuildSnapshot s) =>
        s.Candidate is { } candidate ? new PromoteImage(candidate) : null;

    protected override async Task<StepOutcome<PromotedImage>> CarryOutAsync(
        BuildSnapshot s,
        StepTools tools,
        CancellationToken cancellationToken
    )
    {
        var client = await tools.Registries.ForBuildAsync(s.Build, cancellationToken);
        await new Promotion(client).MoveAsync(
            Candidate.Reference,
            [.. s.Spec.Template.Output.AliasTags.Select(ImageTag.Parse)],
            cancellationToken
        );
        return new PromotedImage(tools.Now);
    }

    protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, PromotedImage result) =>
        (
            status with
            {
                Promoted = Candidate.Image with { Build = s.Build.BuildName },
                Steps = status.Steps.Start(StepLog.Promote, s.Now).End(StepLog.Promote, "Succeeded", result.At),
            }
        ).Succeeding(s, result.At, $"{Candidate.Reference} is published");

    protected override EventText? Tell(BuildSnapshot s, PromotedImage result) =>
        new(false, "Promoted", "Promote", $"{Candidate.Reference} {Tags(s.Spec.Template.Output.AliasTags)}");

    protected override LookAgain NextLook(BuildSnapshot s, PromotedImage result) => new LookAgain.OnChange();

    private static string Tags(IReadOnlyList<string> tags) =>
        tags switch
        {
            [] => "is published",
            [var tag] => $"has the alias tag {tag}",
            _ => $"has the alias tags {string.Join(", ", tags)}",
        };
}
