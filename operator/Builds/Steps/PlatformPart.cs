using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs;
using k8s.Models;

namespace GemmaOperator.Builds.Steps;

/// <summary>
/// Shows one platform's part of a build for several as if it were a build for that platform alone, so that the steps of
/// a build needn't know of others, and takes what a step made of its status back into the whole.
/// </summary>
internal static class PlatformPart
{
    /// <summary>Returns what is seen of each platform; nothing where the build is for one.</summary>
    public static IReadOnlyList<BuildSnapshot> Of(BuildSnapshot s) =>
        s.Spec.Template.IsForSeveral ? [.. s.Spec.Template.AllPlatforms.Select(platform => Of(s, platform))] : [];

    /// <summary>
    /// Returns what was published as a build compares with it: one for a single platform with the image for that
    /// platform, which doesn't stay, where there were several.
    /// </summary>
    public static PublishedBuild? SeenBy(BuildTemplate now, PublishedBuild? before) =>
        before?.Build.Spec?.Template is { IsForSeveral: true } then
        && !now.IsForSeveral
        && then.AllPlatforms.Contains(now.Platform)
            ? before with
            {
                Build = Of(before.Build, now.Platform),
                MayStay = false,
            }
            : before;

    /// <summary>Returns the build as a build for one of its platforms.</summary>
    public static GemmaBuild Of(GemmaBuild build, WireEnum<Platform> platform)
    {
        return build with
        {
            Spec = Of(BuildObject.Spec(build), platform),
            Status = Read(build.Status ?? new GemmaBuildStatus(), platform),
        };
    }

    /// <summary>Returns what is asked for as if it were for one of its platforms.</summary>
    public static GemmaBuildSpec Of(GemmaBuildSpec spec, WireEnum<Platform> platform) =>
        spec with
        {
            Template = spec.Template with { Platform = platform, Platforms = [platform] },
            Patch = spec.Patch?.Platforms?.FirstOrDefault(p => p.Platform == platform) is { } own
                ? spec.Patch with
                {
                    Of = own.Of,
                    Layers = own.Layers,
                    Inputs = own.Inputs,
                    Platforms = null,
                }
                : spec.Patch,
        };

    /// <summary>Returns the status as that of a build for one of the platforms.</summary>
    public static GemmaBuildStatus Read(GemmaBuildStatus whole, WireEnum<Platform> platform)
    {
        var part = Find(whole, platform);
        return whole with
        {
            Conditions = [.. whole.Conditions.Where(IsOfWhole), .. part.Conditions],
            Steps = part.Steps,
            Attempts = part.Attempts,
            JobRef = part.JobRef,
            Candidate = part.Candidate,
            Promoted = whole.Promoted is null ? null : part.Candidate,
            Application = whole.Application,
            Verification = part.Verification,
            Contents = part.Contents,
            Discarded = part.Discarded,
        };
    }

    /// <summary>Puts the status of a part back: what is said of the build as a whole stays the whole's.</summary>
    public static GemmaBuildStatus Write(GemmaBuildStatus whole, WireEnum<Platform> platform, GemmaBuildStatus part)
    {
        var platforms = Put(
            whole,
            Find(whole, platform) with
            {
                Conditions = [.. part.Conditions.Where(c => !IsOfWhole(c))],
                Steps = part.Steps,
                Attempts = part.Attempts,
                JobRef = part.JobRef,
                Candidate = part.Candidate,
                Verification = part.Verification,
                Contents = part.Contents,
            }
        );
        return part with
        {
            Platforms = platforms,
            Conditions = [.. part.Conditions.Where(IsOfWhole)],
            Steps = whole.Steps,
            Attempts = platforms.Sum(p => p.Attempts),
            JobRef = part.JobRef ?? whole.JobRef,
            Candidate = whole.Candidate,
            Promoted = whole.Promoted,
            Application = whole.Application,
            Verification = whole.Verification,
            Contents = whole.Contents,
            Discarded = whole.Discarded,
        };
    }

    /// <summary>Returns what is known of a platform's image; an empty one where nothing is.</summary>
    public static PlatformStatus Find(GemmaBuildStatus whole, WireEnum<Platform> platform) =>
        whole.Platforms?.FirstOrDefault(p => p.Platform == platform) ?? new PlatformStatus { Platform = platform };

    /// <summary>Returns the platforms with one of them replaced, or put behind the others.</summary>
    public static IReadOnlyList<PlatformStatus> Put(GemmaBuildStatus whole, PlatformStatus part) =>
        [
            .. (whole.Platforms ?? [])
                .Where(p => p.Platform != part.Platform)
                .Append(part)
                .OrderBy(p => p.Platform.Value),
        ];

    private static BuildSnapshot Of(BuildSnapshot s, WireEnum<Platform> platform) =>
        s with
        {
            Build = Of(s.Build, platform),
            Jobs = [.. s.Jobs.Where(job => IsOn(job, platform))],
            Published = s.Published is { } before ? Of(before, s.Spec.Template, platform) : null,
            ReusedContents = null,
        };

    /// <summary>
    /// Returns what was published for the platform before; null where nothing was. What was published for other
    /// platforms than these now doesn't stay, whatever it holds.
    /// </summary>
    private static PublishedBuild? Of(PublishedBuild before, BuildTemplate now, WireEnum<Platform> platform)
    {
        var then = before.Build.Spec!.Template;
        if (!then.AllPlatforms.Contains(platform))
        {
            return null;
        }

        return then.IsForSeveral
            ? before with
            {
                Build = Of(before.Build, platform),
                MayStay = before.MayStay && then.AllPlatforms.SequenceEqual(now.AllPlatforms),
                Index = before.Status.Promoted,
            }
            : before with
            {
                MayStay = false,
            };
    }

    /// <summary>Every Job of a step asks for nodes of its platform.</summary>
    private static bool IsOn(V1Job job, WireEnum<Platform> platform) =>
        job.Spec?.Template?.Spec?.NodeSelector is { } selector
        && selector.TryGetValue(ImagePlatform.ArchitectureLabel, out var architecture)
        && architecture == ImagePlatform.Architecture(platform);

    private static bool IsOfWhole(V1Condition condition) => condition.Type != ConditionType.ContentsKnown;
}
