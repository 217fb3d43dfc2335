using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps.Contents;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.Client;

namespace GemmaOperator.Builds.Steps.Verify;

/// <summary>Looks at the candidate's config in the registry, before anything runs.</summary>
/// <param name="Candidate">The candidate.</param>
internal sealed record Inspect(Candidate Candidate) : BuildStep<ImageUser>
{
    public override string Stage => ImageReason.Reconciling.Verifying;

    public override SlotUse Slot => SlotUse.None;

    public override IReadOnlyList<string> RegistriesOf(BuildSnapshot s) => [RegistryExecutor.HostOf(s)];

    public static BuildStep? Decide(BuildSnapshot s) =>
        s.Candidate is { } candidate && OpenProof.MustLook(s.Spec.Template, s.Status) ? new Inspect(candidate) : null;

    protected override async Task<StepOutcome<ImageUser>> CarryOutAsync(
        BuildSnapshot s,
        StepTools tools,
        CancellationToken cancellationToken
    )
    {
        var image = await ImageReader.ReadAsync(
            await tools.Registries.ForBuildAsync(s.Build, cancellationToken),
            Candidate.Reference,
            s.Spec.Template.Platform.Text,
            cancellationToken
        );
        return new ImageUser(image.User);
    }

    protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, ImageUser result)
    {
        var verdict = Judge(s, result);
        var seen = status with { Verification = verdict.Status };
        if (!OpenProof.MustRun(s.Spec.Template, seen) && ContentsPolicy.IsOpen(seen))
        {
            seen = seen.Knowing(s, ContentsPolicy.NotRun());
        }

        return verdict.Failure is { } failure
            ? seen.Failing(s, failure)
            : (
                seen with
                {
                    Steps = status
                        .Steps.Start(StepLog.Verify, s.Now)
                        .EndIf(!OpenProof.MustRun(s.Spec.Template, seen), StepLog.Verify, "Succeeded", s.Now),
                }
            ).Advancing(s);
    }

    protected override EventText? Tell(BuildSnapshot s, ImageUser result) => Judge(s, result).Failure?.Tell("Verify");

    protected override LookAgain NextLook(BuildSnapshot s, ImageUser result) =>
        Judge(s, result).Failure is null ? new LookAgain.Now() : new LookAgain.OnChange();

    private static VerifyVerdict Judge(BuildSnapshot s, ImageUser user) =>
        ImageUserRule.Judge(s.Spec.Template.Verification!, user.Text);
}
