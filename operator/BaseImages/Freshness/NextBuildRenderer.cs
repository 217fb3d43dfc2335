using System.Globalization;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Inputs.Patches;
using GemmaOperator.Builds.PodSettings;
using GemmaOperator.Builds.Rendering;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.References;
using k8s.Models;

namespace GemmaOperator.BaseImages.Freshness;

/// <summary>
/// Renders the GemmaBuild that a due reason leads to. Its name is the idempotency key: creating it twice is harmless.
/// </summary>
internal static class NextBuildRenderer
{
    public static ImageDecision.StartBuild Render(
        ImageSnapshot s,
        BuildRequest.Known inputs,
        DueBuild due,
        KnownBase baseNow
    )
    {
        var number = Math.Max(s.Status.BuildCounter, s.LatestBuild?.Number ?? 0) + 1;
        var epoch = CacheEpoch.Of(
            s.Spec.Build.Cache.Refresh.Value,
            due.Tick ?? s.Status.LastScheduleTime,
            number,
            s.LatestBuild?.Spec!.Resolved.CacheEpoch ?? "",
            new DateTimeOffset(s.Now, TimeSpan.Zero),
            // A layer that lacks the updates is in the cache, too.
            AsksForPackages(s, due) || s.LatestAttempt is { LacksUpdates: true }
        );
        var content = CooldownPolicy.Pin(s, inputs, InputResolver.Pin(inputs.Resolved, baseNow.Digest, epoch));
        due = CooldownPolicy.Named(due, content);
        var reused = Reusable(s, inputs, due, baseNow.Digest);
        var rendering = RenderingOf(inputs);
        content = content with { Rendering = rendering };
        if (s.LatestAttempt is { } before)
        {
            due = due.WithUpgrade(
                OperatorRendering
                    .Changes(before, rendering, keepsBase: reused is not null)
                    .Where(change => !IsChangedBySpec(due, change))
            );
        }

        var build = Make(s, inputs, due, number, content, reused);
        return new ImageDecision.StartBuild(build with { Spec = Patched(s, inputs, due, build.Spec!) }, Unseen(s));
    }

    /// <summary>Returns the build as a patch where it may be one; else it says why it isn't.</summary>
    private static GemmaBuildSpec Patched(
        ImageSnapshot s,
        BuildRequest.Known inputs,
        DueBuild due,
        GemmaBuildSpec full
    ) =>
        PatchPolicy.Decide(s, inputs, due, full) switch
        {
            ({ } patch, _) => full with
            {
                Patch = patch,
                Resolved = full.Resolved with
                {
                    Dockerfile = PatchRenderer.Render(
                        inputs.Content,
                        ImageReference.Parse(patch.Of.Reference),
                        RunArguments.AccessOf(inputs.Template)
                    ),
                },
            },
            (_, { } because) => full with { FullBuildReason = because },
            _ => full,
        };

    private static GemmaBuild Make(
        ImageSnapshot s,
        BuildRequest.Known inputs,
        DueBuild due,
        long number,
        ResolvedInputs content,
        GemmaBuild? reused
    ) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = NameOf(s.Image, number),
                NamespaceProperty = s.Image.Metadata.NamespaceProperty,
                Labels = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    [ApiGroup.ManagedByLabel] = ApiGroup.ManagedByValue,
                    [ApiGroup.ImageLabel] = s.Image.Metadata.Name,
                },
                Annotations = Annotations(s, due),
                OwnerReferences = [Ownership.By(s.Image)],
            },
            Spec = new GemmaBuildSpec
            {
                ImageRef = new ImageOwnerReference
                {
                    Name = s.Image.Metadata.Name,
                    Uid = s.Image.Metadata.Uid,
                    Generation = s.Image.Metadata.Generation ?? 0,
                    Defaults = s.Inherited.Version,
                },
                Number = number,
                Reasons = [.. due.Reasons.Select(WireEnum<BuildReason>.From)],
                Changes = due.Changes,
                Resolved = content with
                {
                    InputsHash = inputs.InputsHash,
                    AttemptHash = inputs.AttemptHash,
                    PublishHash = inputs.PublishHash,
                    Fields = inputs.Fields,
                    DeclaredBase = inputs.DeclaredBase,
                },
                Template = inputs.Template with
                {
                    // What repeats a failed build has had its quick attempts; its own are the slow ones.
                    Build = due.Repeats is null or { IsFailedPatch: true }
                        ? inputs.Template.Build
                        : inputs.Template.Build with
                        {
                            Retries = 0,
                        },
                    ReuseBase = reused?.Status!.Candidate,
                    Verification = inputs.Template.Verification is { } asked
                        ? asked with
                        {
                            Proved = ProvedAlready(reused, asked),
                            // What a base image that is there holds, its own build said.
                            SystemUpdates = reused is null
                                ? asked.SystemUpdates
                                : reused.Spec!.Template.Verification?.SystemUpdates,
                        }
                        : null,
                },
            },
        };

    /// <summary>
    /// Tells whether new packages are known of, or a fix, or somebody, asks for them whom no build has answered; what
    /// repeats a build goes on with the layers that it made.
    /// </summary>
    private static bool AsksForPackages(ImageSnapshot s, DueBuild due) =>
        due.Packages is not null
        || due.HasFix
        || (
            due.RequestedAt is { } request
            && !RebuildRequest.KeepsCache(request)
            && s.Builds.All(build => build.RequestedAt != request)
        );

    /// <summary>Returns what the operator itself puts into a build of now.</summary>
    public static IReadOnlyDictionary<string, string> RenderingOf(BuildRequest.Known inputs) =>
        OperatorRendering.Of(Defaults(inputs));

    /// <summary>Tells whether a user took an image's choice from the operator, or gave it back.</summary>
    private static bool IsChangedBySpec(DueBuild due, FieldChange change) =>
        change.Field switch
        {
            OperatorRendering.ExecutorImage => due.Changes.Any(c => c.Field == InputFields.ExecutorImage),
            OperatorRendering.ServerImage => due.Changes.Any(c => c.Field == InputFields.ServerImage),
            _ => false,
        };

    /// <summary>Returns the images that the spec leaves to the operator.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Defaults(BuildRequest.Known inputs)
    {
        if (InputHashes.LeavesExecutor(inputs.Spec) && inputs.Template.Build.ExecutorImage is { } executor)
        {
            yield return new(OperatorRendering.ExecutorImage, executor);
        }

        if (
            InputHashes.LeavesServer(inputs.Spec)
            && inputs.Template.Application is { ServerImage.Length: > 0 } application
        )
        {
            yield return new(OperatorRendering.ServerImage, application.ServerImage);
        }
    }

    public static string NameOf(GemmaBaseImage image, long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{image.Metadata.Name}-b{number}");

    /// <summary>
    /// Tells whether the build will reuse an existing base image: what upstream is now doesn't matter to it then.
    /// </summary>
    public static bool KeepsBase(ImageSnapshot s, BuildRequest.Known inputs, DueBuild due) =>
        s.KnownBase is { } known && known.Base == inputs.Base && Reusable(s, inputs, due, known.Digest) is not null;

    /// <summary>
    /// Finds a build whose good base image has the same inputs, to be kept when only what comes after the base image
    /// changed: the application image is then ready within seconds, which is what the split is for. Returns null when
    /// there is none.
    /// </summary>
    private static GemmaBuild? Reusable(
        ImageSnapshot s,
        BuildRequest.Known inputs,
        DueBuild due,
        ImageDigest baseDigest
    ) =>
        due.WantsRebuild
            ? null
            : new[] { s.LatestBuild, s.LatestAttempt }.FirstOrDefault(b =>
                b is { LacksUpdates: false, IsFailedPatch: false, Status.Candidate: not null, Spec.Resolved: var then }
                && then.InputsHash == inputs.InputsHash
                && then.BaseDigest == baseDigest.ToString()
                && IsWholeFor(inputs.Template, b)
            );

    /// <summary>
    /// Decides whether the image is for the same platforms. One for several is used again once it has proved all that
    /// is asked of it: what is to be proved anew is proved for each platform, before they are joined.
    /// </summary>
    private static bool IsWholeFor(BuildTemplate now, GemmaBuild build) =>
        build.Spec!.Template.AllPlatforms.SequenceEqual(now.AllPlatforms)
        && (!now.IsForSeveral || now.Verification is not { } asked || ProvedAlready(build, asked) is not null);

    /// <summary>
    /// Returns what a reused base image has proved already, so that it needn't be run again for a new server; null when
    /// it must be.
    /// </summary>
    private static VerificationStatus? ProvedAlready(GemmaBuild? reused, VerificationTemplate asked) =>
        reused is { Spec.Template: { Verification: { } then } template, Status: { Verification: { } proved } status }
        && !reused.IsRejected
        && !OpenProof.IsOpen(template, status)
        && Fingerprints.Verification(then) == Fingerprints.Verification(asked)
            ? proved
            : null;

    /// <summary>
    /// Returns the name of the build that the status calls the latest, if the cache doesn't have that build; otherwise
    /// null.
    /// </summary>
    private static string? Unseen(ImageSnapshot s) =>
        s.Status.LatestBuild is { Length: > 0 } name && s.Builds.All(b => b.BuildName != name) ? name : null;

    private static Dictionary<string, string>? Annotations(ImageSnapshot s, DueBuild due)
    {
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        if (s.LatestBuild is { IsSuperseded: true } before)
        {
            annotations[ApiGroup.TakesPlaceOfAnnotation] = before.BuildName;
        }

        if (due.Repeats is { } failed)
        {
            annotations[ApiGroup.RetryAnnotation] = (failed.Retry + 1).ToString(CultureInfo.InvariantCulture);
        }

        if (due.RequestedAt is { } request)
        {
            annotations[ApiGroup.RequestedAtAnnotation] = request;
        }

        if (due.Packages?.Fingerprint is { } packages)
        {
            annotations[ApiGroup.PackagesAnnotation] = packages;
        }

        if (due.Tick is { } tick)
        {
            annotations[ApiGroup.ScheduledForAnnotation] = tick.ToString(
                "yyyy-MM-dd'T'HH:mm:ss'Z'",
                CultureInfo.InvariantCulture
            );
        }

        return annotations.Count == 0 ? null : annotations;
    }
}
