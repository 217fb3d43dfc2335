using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Asks the registry for the image that the Job says it pushed.</summary>
/// <param name="Reported">What the Job says; null: nothing readable.</param>
/// <param name="Tag">Where the Job pushed it; null: under the build's own tag.</param>
internal sealed record ConfirmPush(ImageDigest? Reported, ImageTag? Tag = null) : BuildStep<PushedImage>
{
    public override string Stage => ImageReason.Reconciling.Building;

    /// <summary>A build whose Job has ended has had its turn, also while the registry is waited for.</summary>
    public override SlotUse Slot => SlotUse.None;

    public override IReadOnlyList<string> RegistriesOf(BuildSnapshot s) => [RegistryExecutor.HostOf(s)];

    protected override Task<StepOutcome<PushedImage>> CarryOutAsync(
        BuildSnapshot s,
        StepTools tools,
        CancellationToken cancellationToken
    ) => KanikoExecutor.FindAsync(s.Build, tools, Tag, cancellationToken);

    protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, PushedImage result) =>
        Judge(result) is { } failure
            ? status.Failing(s, failure)
            : (
                status with
                {
                    Candidate = new ImageStatus
                    {
                        Reference = $"{result.Repository}@{result.Digest}",
                        Digest = result.Digest.ToString(),
                        Tag = result.Tag.ToString(),
                        SizeBytes = result.SizeBytes,
                        Build = s.Build.BuildName,
                    },
                    Steps = status.Steps.End(StepLog.Build, "Succeeded", s.Now),
                }
            ).Advancing(s);

    protected override EventText? Tell(BuildSnapshot s, PushedImage result) =>
        Judge(result) is { } failure
            ? failure.Tell("Build")
            : new EventText(false, "Pushed", "Build", $"{result.Repository}@{result.Digest} is in the registry");

    protected override LookAgain NextLook(BuildSnapshot s, PushedImage result) =>
        Judge(result) is null ? new LookAgain.Now() : new LookAgain.OnChange();

    private ClassifiedFailure? Judge(PushedImage found) =>
        Reported is null || Reported == found.Digest
            ? null
            : ClassifiedFailure.Of(
                FailureReason.PushFailed,
                $"The executor says that it pushed {Reported}, but {found.Repository}:{found.Tag} is {found.Digest}"
            );
}
