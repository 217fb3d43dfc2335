using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Patching;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Vulnerabilities;
using GemmaOperator.Builds.Inputs.Patches;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Contents;
using GemmaOperator.Registry.References;

namespace GemmaOperator.BaseImages.Freshness;

/// <summary>
/// Decides whether a due build puts packages onto the published image or makes everything anew. The first rule that
/// holds says why everything is built; where none does, it is a patch. On doubt everything is built.
/// </summary>
internal static class PatchPolicy
{
    private static readonly IReadOnlyList<(FullBuildReason Reason, Func<Question, bool> Holds)> Rules =
    [
        (FullBuildReason.OwnDockerfile, q => q.Inputs.Content.Dockerfile is not null),
        (FullBuildReason.NotForPackages, q => !q.Due.Reasons.All(IsForPackages)),
        (FullBuildReason.NothingToPatch, q => q.Maker is null || !PatchRenderer.BringsAnything(q.Inputs.Content)),
        (FullBuildReason.PublishedRejected, IsRejected),
        (FullBuildReason.InputsDiffer, InputsDiffer),
        (FullBuildReason.SameEpoch, q => q.Good?.Spec!.Resolved.CacheEpoch == q.Full.Resolved.CacheEpoch),
        (FullBuildReason.PatchFailed, q => q.Snapshot.Builds.Any(b => b.IsFailedPatch && IsOf(b, q.Good))),
        (FullBuildReason.NotBrought, IsNotBrought),
        (FullBuildReason.MaxLayers, q => PatchLayers.Of(q.Snapshot, q.Maker) >= Math.Max(1, q.Patching.MaxLayers)),
        (FullBuildReason.FullRebuildInterval, IsLongAgo),
    ];

    /// <summary>Decides it; says neither where the spec asks for no patches, or nothing is built at all.</summary>
    /// <param name="s">All facts.</param>
    /// <param name="inputs">What goes into the image.</param>
    /// <param name="due">Why a build is due.</param>
    /// <param name="full">The build that makes everything anew.</param>
    public static (BuildPatch? Patch, FullBuildReason? Because) Decide(
        ImageSnapshot s,
        BuildRequest.Known inputs,
        DueBuild due,
        GemmaBuildSpec full
    )
    {
        if (
            s.Spec.Patching is not { Policy.Value: PatchingPolicy.Layers } patching
            || full.Template.ReuseBase is not null
        )
        {
            return (null, null);
        }

        var good = s.LatestGoodBuild;
        var question = new Question(s, inputs, due, full, patching, good, MakerOf(s, good), LastFull(s, good));
        foreach (var (reason, holds) in Rules)
        {
            if (holds(question))
            {
                return (null, reason);
            }
        }

        return (
            new BuildPatch
            {
                Of = Named(question.Maker!.BuildName, good!.Status!.Promoted!),
                Layers = PatchLayers.Of(s, question.Maker) + 1,
                Inputs = UnchangedPolicy.InputsOf(full),
                Platforms = full.Template.IsForSeveral
                    ? [.. full.Template.AllPlatforms.Select(platform => Part(question, platform))]
                    : null,
                FullBuild = question.LastFull.Build,
                FullBuildTime = question.LastFull.Time,
            },
            null
        );
    }

    private static PatchedPlatform Part(Question q, WireEnum<Platform> platform)
    {
        var image = PlatformPart.Of(q.Good!, platform).Status!.Promoted!;
        return new PatchedPlatform
        {
            Platform = platform,
            Of = Named(image.Build ?? q.Maker!.BuildName, image),
            Layers = PatchLayers.Of(q.Snapshot, q.Maker, platform) + 1,
            Inputs = UnchangedPolicy.InputsOf(PlatformPart.Of(q.Full, platform)),
        };
    }

    private static PatchedImage Named(string maker, ImageStatus image) =>
        new()
        {
            Build = maker,
            Reference = image.Reference,
            Digest = image.Digest,
        };

    /// <summary>Tells whether any platform's image was made from something else, or isn't known.</summary>
    private static bool InputsDiffer(Question q) =>
        q.Full.Template.IsForSeveral
            ? q.Good is not { } good
                || !q.Full.Template.AllPlatforms.SequenceEqual(good.Spec!.Template.AllPlatforms)
                || q.Full.Template.AllPlatforms.Any(platform =>
                    PlatformPart.Of(good, platform).Status is not { Promoted: not null } part
                    || part.Contents?.Inputs != UnchangedPolicy.InputsOf(PlatformPart.Of(q.Full, platform))
                )
            : q.Good?.Status!.Contents?.Inputs != UnchangedPolicy.InputsOf(q.Full);

    /// <summary>
    /// Tells whether packages are all that it is due for; what repeats a build that failed has the reasons of that, and
    /// an upgrade of the operator alone makes none due.
    /// </summary>
    private static bool IsForPackages(BuildReason reason) =>
        reason
            is BuildReason.Schedule
                or BuildReason.PackagesMoved
                or BuildReason.VulnerabilityFix
                or BuildReason.OperatorUpgrade;

    private static bool IsRejected(Question q) =>
        q.Good?.Status!.Application is { } application
        && q.Snapshot.Status.RejectedDigests?.Contains(application.Digest, StringComparer.Ordinal) == true;

    /// <summary>
    /// Tells whether a build before was made for the same and hasn't brought it: what holds it back in the image may
    /// not hold it back above the base.
    /// </summary>
    private static bool IsNotBrought(Question q) =>
        (
            q.Due.Packages?.Fingerprint is { } wanted
            && q.Snapshot.Builds.Any(b => b is { IsPatch: true, HasSucceeded: true } && b.PackagesFingerprint == wanted)
        ) || (q.Due.HasFix && FixPolicy.Due(q.Snapshot).Any(finding => finding.Attempts > 0));

    /// <summary>
    /// Tells whether it was put onto what is published, which a build of everything since may only have confirmed.
    /// </summary>
    private static bool IsOf(GemmaBuild patch, GemmaBuild? good) =>
        patch.Spec!.Patch!.Of.Digest == good?.Status!.Promoted?.Digest;

    private static bool IsLongAgo(Question q) =>
        q.LastFull.Time is not { } time
        || q.Patching.FullRebuildInterval.Value is not { } interval
        || time + interval <= q.Snapshot.Now;

    /// <summary>
    /// Returns the build that made the published image, which another may have confirmed or used again; null where it
    /// isn't known any more.
    /// </summary>
    private static GemmaBuild? MakerOf(ImageSnapshot s, GemmaBuild? good) =>
        good?.Status is { Promoted: { } image } status
        && ImageReference.TryParse(image.Reference, out var reference, out _)
        && reference.Digest?.ToString() == image.Digest
            ? s.Builds.FirstOrDefault(b =>
                !b.ReusesBase && b.BuildName == (status.Candidate?.Build ?? image.Build) && b.HasSucceeded
            )
            : null;

    /// <summary>
    /// Returns the newest build of everything, whether its image is published or was found to be what is published:
    /// both say how that image would be if it were made anew.
    /// </summary>
    private static (string Build, DateTime? Time) LastFull(ImageSnapshot s, GemmaBuild? good)
    {
        var known = s.Builds.FirstOrDefault(b => b is { HasSucceeded: true, IsPatch: false, ReusesBase: false });
        return known is not null
            ? (known.BuildName, known.Status!.CompletionTime)
            : (MakerOf(s, good)?.Spec!.Patch?.FullBuild ?? "", MakerOf(s, good)?.Spec!.Patch?.FullBuildTime);
    }

    private sealed record Question(
        ImageSnapshot Snapshot,
        BuildRequest.Known Inputs,
        DueBuild Due,
        GemmaBuildSpec Full,
        PatchingSpec Patching,
        GemmaBuild? Good,
        GemmaBuild? Maker,
        (string Build, DateTime? Time) LastFull
    );
}
