using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps.Assemble;

/// <summary>
/// Puts the server's layers on the candidate, in the registry; where the base has its own server, the candidate is what
/// serves.
/// </summary>
/// <param name="Candidate">The base.</param>
/// <param name="Application">What is asked for; null when nothing is put onto the base.</param>
internal sealed record AssembleApplication(Candidate Candidate, ApplicationTarget? Application)
    : BuildStep<AssembledApplication>
{
    public override string Stage => ImageReason.Reconciling.Assembling;

    public override SlotUse Slot => SlotUse.None;

    public override IReadOnlyList<string> RegistriesOf(BuildSnapshot s) =>
        Application is { } application
            ? [RegistryExecutor.HostOf(s), application.ServerImage.Repository.Host]
            : [RegistryExecutor.HostOf(s)];

    public static BuildStep? Decide(BuildSnapshot s) =>
        s.Status.Application is null && s.Spec.Template.Application is { } application && s.Candidate is { } candidate
            ? new AssembleApplication(candidate, ApplicationTarget.Of(application))
            : null;

    protected override Task<StepOutcome<AssembledApplication>> CarryOutAsync(
        BuildSnapshot s,
        StepTools tools,
        CancellationToken cancellationToken
    ) =>
        Application is { } application
            ? AssembleExecutor.AssembleAsync(s, tools, Candidate, application, cancellationToken)
            : Task.FromResult<StepOutcome<AssembledApplication>>(
                new AssembledApplication(Candidate.Image with { Build = s.Build.BuildName }, tools.Now)
            );

    protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, AssembledApplication result) =>
        (
            status with
            {
                Platforms =
                    result.Images.Count == 0
                        ? status.Platforms
                        :
                        [
                            .. result.Images.Select(made =>
                                PlatformPart.Find(status, made.Platform) with
                                {
                                    Application = made.Image,
                                }
                            ),
                        ],
                Application = result.Image,
                Steps = status.Steps.Start(StepLog.Assemble, s.Now).End(StepLog.Assemble, "Succeeded", result.At),
            }
        ).Advancing(s);

    protected override EventText? Tell(BuildSnapshot s, AssembledApplication result) =>
        new(
            false,
            "Assembled",
            "Assemble",
            Application is null
                ? $"{result.Image.Reference} is what serves: the engine {s.Spec.Template.Engine} is in the base image"
                : $"{result.Image.Reference} is in the registry"
                    + (
                        result.BytesCopied > 0
                            ? "; the registry doesn't mount layers across repositories, so that "
                                + $"{CopiedBytes.Render(result.BytesCopied)} were copied"
                            : ""
                    )
        );

    protected override LookAgain NextLook(BuildSnapshot s, AssembledApplication result) => new LookAgain.Now();
}
