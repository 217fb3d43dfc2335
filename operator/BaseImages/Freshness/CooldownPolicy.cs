using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Updates;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Vulnerabilities;
using GemmaOperator.Builds.Inputs.Cooldowns;
using GemmaOperator.Cluster;

namespace GemmaOperator.BaseImages.Freshness;

/// <summary>
/// Decides which Python packages are too young for a build (<c>requirements.minAge</c>), and which may be all the same
/// since they mend something. Both are inputs of the build, by the operator's clock: all its attempts see the same.
/// </summary>
internal static class CooldownPolicy
{
    /// <summary>Bounds the fixes of one build; the API has it, too.</summary>
    public const int MostFixes = 32;

    /// <summary>Adds what is too young; nothing where the spec doesn't ask.</summary>
    public static ResolvedInputs Pin(ImageSnapshot s, BuildRequest.Known inputs, ResolvedInputs content)
    {
        if (inputs.Content.MinAge is not { } age)
        {
            return content;
        }

        var before = Reused(s, inputs, content, age) ?? Conditions.WholeSeconds(s.Now - age);
        // A lock says of every package which version it is.
        var fixes = inputs.Content.Requirements.IsLock ? [] : Fixes(s, before);
        return content with { UploadedBefore = before, YoungerFixes = fixes.Count > 0 ? fixes : null };
    }

    /// <summary>Names among what changed the fixes that a build brings although they may be too young.</summary>
    public static DueBuild Named(DueBuild due, ResolvedInputs content) =>
        due.HasFix && content.YoungerFixes is { } fixes
            ? due with
            {
                Changes = [.. due.Changes.Concat(fixes.Select(ChangeOf)).Take(InputChanges.Limit)],
            }
            : due;

    private static FieldChange ChangeOf(YoungerFix fix) =>
        new() { Field = $"exempt from spec.requirements.minAge: {fix.Package}", New = fix.Version };

    /// <summary>
    /// Returns the time of the layers that the build finds in the cache: as long as inputs and epoch are those of a
    /// build that made an image, they are what it installs, however much later it is. One that made none left no such
    /// layers, and what was too young for it may be old enough by now.
    /// </summary>
    private static DateTime? Reused(ImageSnapshot s, BuildRequest.Known inputs, ResolvedInputs content, TimeSpan age) =>
        s.LatestAttempt is { Status.Candidate: not null, Spec.Resolved: { UploadedBefore: { } before } then }
        && then.CacheEpoch == content.CacheEpoch
        && then.InputsHash == inputs.InputsHash
        && before <= s.Now - age
            ? before
            : null;

    /// <summary>
    /// Returns the fixes that builds are due for, and those that builds before were made for, until they are old enough
    /// by themselves: what is built anew meanwhile must not fall behind them.
    /// </summary>
    private static List<YoungerFix> Fixes(ImageSnapshot s, DateTime before) =>
        [
            .. FixPolicy
                .Due(s)
                .Select(finding =>
                    PackageFix.Choose(finding.Installed, finding.Fixed) is { } version
                        ? PackageFix.Read(finding.Package, version, Conditions.WholeSeconds(s.Now))
                        : null
                )
                .OfType<YoungerFix>()
                .Concat(Carried(s.LatestBuild))
                .Concat(Carried(s.LatestGoodBuild))
                .Where(fix => fix.Since >= before)
                .DistinctBy(fix => (fix.Package, fix.Version))
                .Take(MostFixes),
        ];

    private static IReadOnlyList<YoungerFix> Carried(GemmaBuild? build) => build?.Spec!.Resolved.YoungerFixes ?? [];
}
