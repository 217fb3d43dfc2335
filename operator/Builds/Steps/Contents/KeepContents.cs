using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Builds.Steps.Assemble;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Steps.Contents;

/// <summary>
/// Notes what a candidate that has proved itself holds: stores the list in the registry, and compares it with that of
/// what is published. What can't be had is named and holds nothing up.
/// </summary>
/// <param name="Reading">What the candidate's check has listed.</param>
internal sealed record KeepContents(ContentsReading Reading) : BuildStep<KeptContents>
{
    public override string Stage => ImageReason.Reconciling.Verifying;

    public override SlotUse Slot => SlotUse.None;

    public override IReadOnlyList<string> RegistriesOf(BuildSnapshot s) =>
        Reading is ContentsReading.Listed(var list)
            ?
            [
                RegistryExecutor.HostOf(s),
                .. UnchangedPolicy.MayBe(s, list)
                && s.Spec.Template.Application is { } made
                && ApplicationTarget.Of(made) is { } application
                    ? [application.ServerImage.Repository.Host]
                    : Array.Empty<string>(),
            ]
            : [];

    protected override async Task<StepOutcome<KeptContents>> CarryOutAsync(
        BuildSnapshot s,
        StepTools tools,
        CancellationToken cancellationToken
    )
    {
        if (Reading is not ContentsReading.Listed(var list))
        {
            var absent = (ContentsReading.Absent)Reading;
            return new KeptContents(null, absent.Reason, $"What the candidate holds isn't known: {absent.Message}");
        }

        var client = await tools.Registries.ForBuildAsync(s.Build, cancellationToken);
        var store = new SbomClient(client);
        var status = ContentsFold.Of(list) with { Inputs = UnchangedPolicy.InputsOf(s.Spec) };
        if (s.Published?.Status is { Promoted: { } beneath } published && s.Spec.Patch?.Of.Digest == beneath.Digest)
        {
            status = ContentsFold.OnTopOf(status, published.Contents?.Layers, list);
        }

        if (
            UnchangedPolicy.MayBe(s, list)
            && await new PublishedImageReader(client, tools.Copies).StandsAsync(s, s.Published!, cancellationToken)
        )
        {
            return KeptContents.Of(await SameAsync(store, s, status, list, cancellationToken));
        }

        var image = s.Candidate!.Reference;
        var sbom = await store.StoreAsync(image, list, OwnerOf(s), cancellationToken);
        var compared = await CompareAsync(store, status, s.Published, list, cancellationToken);
        return KeptContents.Of(compared with { Sbom = sbom });
    }

    protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, KeptContents result) =>
        status.Knowing(s, result);

    protected override EventText? Tell(BuildSnapshot s, KeptContents result) =>
        new(result.Status is null, result.Reason, "Verify", result.Message);

    protected override LookAgain NextLook(BuildSnapshot s, KeptContents result) => new LookAgain.Now();

    /// <summary>
    /// Stores the document of what is published again: an older release may have stored one that scanners find too
    /// little in, and somebody may have deleted it. One that is there is there once.
    /// </summary>
    private static async Task<ContentsStatus> SameAsync(
        SbomClient store,
        BuildSnapshot s,
        ContentsStatus status,
        PackageList list,
        CancellationToken cancellationToken
    )
    {
        var same = ContentsFold.Same(status, s.Published!);
        // One platform's image has its own document: another platform's may still be another.
        var isPart = s.Spec.Template.Part is not null;
        if (!list.HasSources && !isPart)
        {
            return same;
        }

        var image = isPart ? s.Candidate!.Reference : ImageReference.Parse(s.Published!.Status.Promoted!.Reference);
        var sbom = await store.StoreAsync(image, list, OwnerOf(s), cancellationToken);
        return sbom.State == SbomState.Stored ? same with { Sbom = sbom } : same;
    }

    private static async Task<ContentsStatus> CompareAsync(
        SbomClient store,
        ContentsStatus status,
        PublishedBuild? published,
        PackageList list,
        CancellationToken cancellationToken
    )
    {
        if (published is null)
        {
            return status with { Comparison = ContentsComparison.FirstImage };
        }

        var (before, why) = await store.ReadAsync(published.Status, cancellationToken);
        return ContentsFold.Compared(
            status with
            {
                Comparison = why,
                ComparedWith = published.Build.BuildName,
            },
            before,
            published.Status.Contents?.PathFiles,
            list
        );
    }

    /// <summary>Names the object whose image it is, the same for all its builds.</summary>
    internal static string OwnerOf(BuildSnapshot s) => $"{s.Build.Metadata.NamespaceProperty}/{s.Spec.ImageRef.Name}";
}
