using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.Answers;

namespace GemmaOperator.Builds.Steps.Promote;

/// <summary>
/// Tries again to move the alias tags of a build that has ended well: slowly, at once when a Secret was replaced, and
/// only while its image is the newest, so that no tag ever goes back.
/// </summary>
/// <param name="Candidate">The image that the tags are to stand for.</param>
internal sealed record MoveAliasTags(Candidate Candidate) : BuildStep<PromotedImage>
{
    public override string Stage => ImageReason.BuildSucceeded.Completed;

    public override SlotUse Slot => SlotUse.None;

    public static BuildStep? Decide(BuildSnapshot s) =>
        s
            is {
                Build: { HasSucceeded: true, Metadata.DeletionTimestamp: null },
                IsOutdated: false,
                Origin: BuildOrigin.Own,
                Taken: null,
                Candidate: { } candidate
            }
        && AliasTags.Condition(s.Status) is { Status: "False" }
            ? s.CredentialsVersion == s.Status.CredentialsVersion && AliasTags.RetryAt(s.Status) is { } at && at > s.Now
                ? new AwaitAliasTags(at)
                : new MoveAliasTags(candidate)
            : null;

    /// <summary>Tells by the condition whatever the registry says: the build itself has ended well.</summary>
    protected override async Task<StepOutcome<PromotedImage>> CarryOutAsync(
        BuildSnapshot s,
        StepTools tools,
        CancellationToken cancellationToken
    )
    {
        var aliases = AliasTags.Of(s);
        try
        {
            var outcome = await RegistryExecutor.InTurnAsync<PromotedImage>(
                [RegistryExecutor.HostOf(s)],
                tools,
                async token =>
                {
                    var client = await tools.Registries.ForBuildAsync(s.Build, token);
                    var (_, problem) = await new Promotion(client).MoveAsync(Candidate.Reference, aliases, token);
                    return new PromotedImage(tools.Now, problem);
                },
                cancellationToken
            );
            return outcome.Obstacle is StepObstacle.Unavailable away
                ? new PromotedImage(tools.Now, AliasProblem.Away(aliases[0], away.Message))
                : outcome;
        }
        catch (RegistryException e)
        {
            return new PromotedImage(tools.Now, AliasProblem.Of(aliases[0], isThere: false, e));
        }
    }

    protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, PromotedImage result) =>
        s.Status.Told(s, result);

    protected override EventText? Tell(BuildSnapshot s, PromotedImage result) =>
        result.Problem is null
            ? new EventText(
                false,
                "Promoted",
                "Promote",
                $"{string.Join(", ", AliasTags.Of(s))} moved to {Candidate.Reference}"
            )
            : AliasTags.Tell(s, result);

    protected override LookAgain NextLook(BuildSnapshot s, PromotedImage result) =>
        result.Problem is null ? new LookAgain.OnChange() : new LookAgain.Now();
}
