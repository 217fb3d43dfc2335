using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Steps.Contents;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Steps.Platforms;

/// <summary>
/// Joins the images of all platforms, each of which has proved itself, into one index: from then on that is the build's
/// candidate, and all that follows is about it. Of a patch, a platform where nothing moved keeps its published image:
/// its nodes pull nothing, and it gets no layers that hold nothing.
/// </summary>
/// <param name="Same">What is published and holds what all of them hold: nothing is joined then; else null.</param>
internal sealed record JoinPlatforms(PublishedBuild? Same) : BuildStep<JoinedImage>
{
    public override string Stage => ImageReason.Reconciling.Assembling;

    public override SlotUse Slot => SlotUse.None;

    public override IReadOnlyList<string> RegistriesOf(BuildSnapshot s) => [RegistryExecutor.HostOf(s)];

    protected override async Task<StepOutcome<JoinedImage>> CarryOutAsync(
        BuildSnapshot s,
        StepTools tools,
        CancellationToken cancellationToken
    )
    {
        var client = await tools.Registries.ForBuildAsync(s.Build, cancellationToken);
        var lists = await RestoreListsAsync(client, s, cancellationToken);
        if (Same is { Status.Promoted: { } published })
        {
            return new JoinedImage(published) { Lists = lists };
        }

        var images = new List<(string Platform, ImageContent Image)>();
        foreach (var part in s.Parts)
        {
            var platform = part.Spec.Template.Platform.Text;
            var reference = Kept(part) is { } kept ? ImageReference.Parse(kept.Reference) : part.Candidate!.Reference;
            var image = await ImageReader.ReadAsync(client, reference, platform, cancellationToken);
            if (image.Platform is { } other && other != platform)
            {
                return new StepObstacle.Impossible(
                    ClassifiedFailure.Of(
                        FailureReason.PullTestFailed,
                        $"The image for {platform}, {reference}, says that it is for {Quoted.Of(other)}",
                        remedy: s.Spec.Resolved.Fields.ContainsKey(DockerfileText.Field)
                            ? "Let the last stage of spec.dockerfile stand on $BASE_IMAGE, without --platform."
                            : "Name another base in spec.base.image: the index of this one tells its platforms wrong."
                    )
                );
            }

            images.Add((platform, image));
        }

        var index = ImageIndex.Compose([.. images.Select(i => (i.Platform, i.Image.Content))]);
        var repository = ImageRepository.Parse(s.Spec.Template.Output.Repository);
        var tag = await UniqueTagWriter.PutAsync(client, repository, CandidateTag.Of(s.Spec), index, cancellationToken);
        return new JoinedImage(
            new ImageStatus
            {
                Reference = $"{repository}@{index.Digest}",
                Digest = index.Digest.ToString(),
                Tag = tag.ToString(),
                SizeBytes = index.Bytes.Length + images.Sum(i => i.Image.Size),
                Build = s.Build.BuildName,
            }
        )
        {
            Lists = lists,
        };
    }

    /// <summary>
    /// Takes over what the images have proved: each has proved all, so that the first one's word stands for them. Of
    /// their packages those are told that moved.
    /// </summary>
    protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, JoinedImage result)
    {
        var told =
            s.Parts.FirstOrDefault(part =>
                Same is null
                    ? part.Status.Contents is { SameAs: null }
                    : part.Status.Contents?.Fingerprint == Same.Status.Contents?.Fingerprint
            ) ?? s.Parts[0];
        var known = s
            .Parts.SelectMany(part => part.Status.Conditions.Where(c => c.Type == ConditionType.ContentsKnown))
            .OrderBy(c => c.Status == "True")
            .Take(1);
        return (
            status with
            {
                Conditions = [.. status.Conditions, .. known],
                Candidate = result.Image,
                Verification = JoinedProof.Of(s.Parts),
                Platforms = WithLists(Same is null ? WithKept(s, status) : status.Platforms, result),
                Contents = told.Status.Contents is { } contents
                    ? contents with
                    {
                        Fixed = JoinedProof.FixedOf(s),
                        SameAs = Same?.Build.BuildName,
                        Sbom =
                            ListOf(result, told.Spec.Template.Platform)
                            ?? (Same is null ? contents.Sbom : Same.Status.Contents?.Sbom),
                    }
                    : null,
                Steps = status
                    .Steps.Start(StepLog.Join, s.Now)
                    .End(StepLog.Join, Same is null ? "Succeeded" : "Skipped", s.Now),
            }
        ).Advancing(s);
    }

    protected override EventText? Tell(BuildSnapshot s, JoinedImage result) =>
        Same is not null
            ? null
            : new EventText(
                false,
                "Joined",
                "Join",
                $"{result.Image.Reference} names the images for "
                    + string.Join(" and ", s.Spec.Template.AllPlatforms.Select(p => p.Text))
                    + (
                        s.Parts.Where(part => Kept(part) is not null).ToList() is { Count: > 0 } kept
                            ? $"; nothing moved for {string.Join(" and ", kept.Select(PlatformOf))}, whose image stays"
                            : ""
                    )
            );

    protected override LookAgain NextLook(BuildSnapshot s, JoinedImage result) => new LookAgain.Now();

    private static string PlatformOf(BuildSnapshot part) => part.Spec.Template.Platform.Text;

    /// <summary>
    /// Returns the published image that a platform keeps; null where it gets the one that was built. A build of
    /// everything takes layers off, and none is kept then.
    /// </summary>
    private static ImageStatus? Kept(BuildSnapshot part) =>
        part.Spec.Patch is not null ? UnchangedPolicy.Find(part)?.Status.Promoted : null;

    /// <summary>
    /// Stores the lists of published images that stay beside them again, where what is there is gone or an older
    /// release's: those of the images that were built go with them, and scans need one.
    /// </summary>
    private async Task<IReadOnlyList<(WireEnum<Platform>, SbomStatus)>> RestoreListsAsync(
        RegistryClient client,
        BuildSnapshot s,
        CancellationToken cancellationToken
    )
    {
        var (store, lists) = (new SbomClient(client), new List<(WireEnum<Platform>, SbomStatus)>());
        foreach (var part in s.Parts)
        {
            if (
                (Same is null ? Kept(part) : UnchangedPolicy.Find(part)?.Status.Promoted) is not { } stays
                || (await store.ReadAsync(part.Published!.Status, cancellationToken)).List is { HasSources: true }
            )
            {
                continue;
            }

            var own = part.Status with { Promoted = part.Status.Candidate };
            if ((await store.ReadAsync(own, cancellationToken)).List is not { HasSources: true } list)
            {
                continue;
            }

            var image = ImageReference.Parse(stays.Reference);
            var stored = await store.StoreAsync(image, list, KeepContents.OwnerOf(s), cancellationToken);
            if (stored.State == SbomState.Stored)
            {
                lists.Add((part.Spec.Template.Platform, stored with { State = SbomState.Unneeded }));
            }
        }

        return lists;
    }

    private static SbomStatus? ListOf(JoinedImage result, WireEnum<Platform> platform) =>
        result.Lists.FirstOrDefault(l => l.Platform == platform).Sbom;

    private static IReadOnlyList<PlatformStatus>? WithLists(
        IReadOnlyList<PlatformStatus>? platforms,
        JoinedImage result
    ) =>
        result.Lists.Count == 0
            ? platforms
            :
            [
                .. (platforms ?? []).Select(own =>
                    own.Contents is { } contents && ListOf(result, own.Platform) is { } beside
                        ? own with
                        {
                            Contents = contents with { Sbom = beside },
                        }
                        : own
                ),
            ];

    private static IReadOnlyList<PlatformStatus>? WithKept(BuildSnapshot s, GemmaBuildStatus status) =>
        s.Published is { Status: var before } && s.Parts.Any(part => Kept(part) is not null)
            ?
            [
                .. s.Parts.Select(part =>
                    PlatformPart.Find(status, part.Spec.Template.Platform) is var own && Kept(part) is null
                        ? own
                        : EndUnchanged.GivenUp(own, before) with
                        {
                            Application = null,
                        }
                ),
            ]
            : status.Platforms;
}
