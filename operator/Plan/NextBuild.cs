using System.Globalization;
using GemmaOperator.Api;
using GemmaOperator.Build;
using GemmaOperator.Registry;
using k8s.Models;

namespace GemmaOperator.Plan;

/// <summary>The GemmaBuild that a due reason leads to. Its name is the idempotency key: creating it twice is harmless.</summary>
internal static class NextBuild
{
    /// <summary>The build; or a refusal, when what goes into it can't be held.</summary>
    public static ImageDecision For(ImageSnapshot s, Inputs.Known inputs, Due due, ResolvedBase baseNow)
    {
        var number = Math.Max(s.Status.BuildCounter, s.LatestBuild?.Number ?? 0) + 1;
        var epoch = CacheEpoch.Of(s.Spec.Build.Cache.Refresh, due.Tick ?? s.Status.LastScheduleTime, number);
        var resolved = InputResolver.Resolve(inputs.Content, inputs.Template);
        return resolved.TryGet(out var content)
            ? new ImageDecision.StartBuild(Make(s, inputs, due, number, InputResolver.Pin(content, ImageDigest.Parse(baseNow.Digest), epoch), ReusableBase(s, inputs, due, baseNow)))
            : new ImageDecision.Refuse(ImageReason.Stalled.InvalidSpec, string.Join("; ", resolved.Problems));
    }

    private static GemmaBuild Make(
        ImageSnapshot s, Inputs.Known inputs, Due due, long number, ResolvedInputs content, ImageStatus? reuse) => new()
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
                Annotations = Annotations(due),
                OwnerReferences = [OwnerOf(s.Image)],
            },
            Spec = new GemmaBuildSpec
            {
                ImageRef = new ImageOwnerReference
                {
                    Name = s.Image.Metadata.Name,
                    Uid = s.Image.Metadata.Uid,
                    Generation = s.Image.Metadata.Generation ?? 0,
                },
                Number = number,
                Reasons = due.Reasons,
                Changes = due.Changes,
                Resolved = content with
                {
                    InputsHash = inputs.InputsHash,
                    AttemptHash = inputs.AttemptHash,
                    PublishHash = inputs.PublishHash,
                    Fields = inputs.Fields,
                },
                Template = inputs.Template with
                {
                    ReuseBase = reuse,
                    Verification = inputs.Template.Verification is { } asked ? asked with { Proved = reuse is null ? null : ProvedAlready(s, asked) } : null,
                },
            },
        };

    public static string NameOf(GemmaBaseImage image, long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{image.Metadata.Name}-b{number}");

    public static V1OwnerReference OwnerOf(GemmaBaseImage image) => new()
    {
        ApiVersion = ApiGroup.GroupVersion,
        Kind = GemmaBaseImage.KubeKind,
        Name = image.Metadata.Name,
        Uid = image.Metadata.Uid,
        Controller = true,
        BlockOwnerDeletion = true,
    };

    /// <summary>
    /// A good base image with the same inputs is kept when only what comes after it changed: the application image is
    /// then new in seconds, which is what the split is for.
    /// </summary>
    private static ImageStatus? ReusableBase(ImageSnapshot s, Inputs.Known inputs, Due due, ResolvedBase baseNow)
    {
        if (due.WantsRebuild || s.LatestBuild is not { Status.Candidate: { } candidate, Spec.Resolved: var then })
        {
            return null;
        }

        return then.InputsHash == inputs.InputsHash && then.BaseDigest == baseNow.Digest ? candidate : null;
    }

    /// <summary>A base image that has proved the same things already needn't be run again for a new server.</summary>
    private static VerificationStatus? ProvedAlready(ImageSnapshot s, VerificationTemplate asked) =>
        s.LatestBuild is { HasSucceeded: true, Spec.Template.Verification: { } then, Status.Verification: { } proved }
        && Fingerprints.Verification(then) == Fingerprints.Verification(asked)
            ? proved
            : null;

    private static Dictionary<string, string>? Annotations(Due due)
    {
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        if (due.Request is { } request)
        {
            annotations[ApiGroup.RequestedAtAnnotation] = request;
        }

        if (due.Tick is { } tick)
        {
            annotations[ApiGroup.ScheduledForAnnotation] = tick.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        }

        return annotations.Count == 0 ? null : annotations;
    }
}
