using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Probes;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Probe;
using GemmaOperator.BaseImages.Vulnerabilities;

namespace GemmaOperator.BaseImages.Freshness;

/// <summary>Says why a build is due, with what changed, oldest cause first.</summary>
internal sealed record DueBuild(
    IReadOnlyList<BuildReason> Reasons,
    IReadOnlyList<FieldChange> Changes,
    DateTime? Tick,
    string? RequestedAt
)
{
    /// <summary>
    /// Spec changes and requests pass the storm guard; a build that somebody deleted doesn't pass it a second time.
    /// </summary>
    public required bool PassesStormGuard { get; init; }

    /// <summary>Gets whether a reason asks for new layers even though no input changed.</summary>
    public bool WantsRebuild { get; private init; }

    /// <summary>Gets the failed build that is repeated; null when none is.</summary>
    public GemmaBuild? Repeats { get; private init; }

    /// <summary>Gets the packages that it is to bring; null where nobody has named any.</summary>
    public PackagesAnswer? Packages { get; private init; }

    /// <summary>Gets whether a fix is due that no build was made for yet, or not of late.</summary>
    public bool HasFix { get; private init; }

    /// <summary>Gets whether it is due for a tick of the schedule alone.</summary>
    public bool IsOfScheduleAlone => Reasons is [BuildReason.Schedule] && Repeats is null;

    /// <summary>Finds all reasons that hold in <paramref name="s"/>; returns null when none does.</summary>
    public static DueBuild? Find(ImageSnapshot s, BuildRequest.Known inputs)
    {
        var repeated = BuildRetry.Find(s) is { } retry && retry.At <= s.Now ? retry.Failed : null;
        IReadOnlyList<BuildReason> before = [.. Superseded(s), .. Lost(s)];
        var reasons = new List<BuildReason>();
        IReadOnlyList<FieldChange> changes = [];
        if (s.LatestAttempt is { } latest)
        {
            changes = InputChanges.Between(latest, inputs);
            if (DiffersFrom(latest, inputs) && !(s.LatestGoodBuild is { } good && !DiffersFrom(good, inputs)))
            {
                reasons.AddRange(InputChanges.Reasons(s.Spec.Triggers, latest, inputs, changes));
            }

            if (BaseMoved(s, latest) is { } moved)
            {
                reasons.Add(BuildReason.BaseDigestChange);
                changes = [.. changes.Take(InputChanges.Limit - 1), moved];
            }
        }
        else if (!inputs.IsAttempt(s.Status.InputsHash) && !before.Contains(BuildReason.Initial))
        {
            // Builds can be deleted by hand; the recorded hash still says that this input had its attempt.
            reasons.Add(s.Status.InputsHash is null ? BuildReason.Initial : BuildReason.SpecChange);
        }

        if (s.OpenRequestedAt is not null)
        {
            reasons.Add(BuildReason.Requested);
        }

        var packages = ProbePolicy.Due(s);
        if (packages is not null)
        {
            reasons.Add(BuildReason.PackagesMoved);
            changes = [.. changes.Concat(packages.Changes.Select(PackageField.Of)).Take(InputChanges.Limit)];
        }

        if (s.Schedule?.DueTick is not null)
        {
            reasons.Add(BuildReason.Schedule);
        }

        var fixes = FixPolicy.Due(s);
        if (fixes.Count > 0)
        {
            reasons.Add(BuildReason.VulnerabilityFix);
            changes = [.. changes.Concat(FixPolicy.ChangesOf(s, fixes)).Take(InputChanges.Limit)];
        }

        // Its slow pace is storm guard enough; an image that the failed build has made needn't be made again.
        var again = repeated is null ? [] : ReasonsOf(repeated);
        var passes = repeated is not null || reasons.Any(Passes) || Superseded(s).Any(Passes);
        var fresh = before
            .Concat(reasons)
            .Concat(repeated is { IsFailedPatch: false, Status.Candidate: not null } ? [] : again);
        IReadOnlyList<BuildReason> all = [.. before.Concat(again).Concat(reasons).Distinct()];
        return all.Count == 0
            ? null
            : new DueBuild(
                all,
                repeated is not null && changes.Count == 0 ? repeated.Spec!.Changes : changes,
                TickOf(s, all),
                RequestedAtOf(s, all)
            )
            {
                PassesStormGuard = passes,
                WantsRebuild = fresh.Any(AsksForLayers),
                Repeats = repeated,
                Packages = packages,
                HasFix = fixes.Count > 0,
            };
    }

    /// <summary>What an upgrade makes otherwise is seen anew.</summary>
    private static IReadOnlyList<BuildReason> ReasonsOf(GemmaBuild build) =>
        [
            .. build
                .Spec!.Reasons.Select(r => r.Value)
                .OfType<BuildReason>()
                .Where(r => r != BuildReason.OperatorUpgrade),
        ];

    private static bool AsksForLayers(BuildReason reason) =>
        reason
            is BuildReason.Schedule
                or BuildReason.Requested
                or BuildReason.BaseDigestChange
                or BuildReason.PackagesMoved
                or BuildReason.VulnerabilityFix;

    /// <summary>
    /// Names what an upgrade of the operator makes otherwise in this build; an upgrade alone makes none due.
    /// </summary>
    public DueBuild WithUpgrade(IEnumerable<FieldChange> changed) =>
        changed.Take(InputChanges.Limit).ToList() is { Count: > 0 } named
            ? this with
            {
                Reasons = [.. Reasons, BuildReason.OperatorUpgrade],
                Changes = [.. Changes.Take(InputChanges.Limit - named.Count), .. named],
            }
            : this;

    private static bool Passes(BuildReason reason) =>
        reason is BuildReason.Initial or BuildReason.SpecChange or BuildReason.Requested;

    /// <summary>
    /// A build that gave way hasn't answered what it was for. What changed, and what the base is, is seen anew.
    /// </summary>
    private static IEnumerable<BuildReason> Superseded(ImageSnapshot s) =>
        s.LatestBuild is { IsSuperseded: true } build ? Lasting(s, build.Spec!.Reasons) : [];

    /// <summary>Nor has one that was deleted while it ran.</summary>
    private static IEnumerable<BuildReason> Lost(ImageSnapshot s) =>
        s.LostBuild is { } lost ? Lasting(s, lost.Reasons) : [];

    /// <summary>Reasons that still hold; one of another version of the operator is left out.</summary>
    private static IEnumerable<BuildReason> Lasting(ImageSnapshot s, IReadOnlyList<WireEnum<BuildReason>> reasons) =>
        reasons
            .Select(r => r.Value)
            .OfType<BuildReason>()
            .Where(r => Lasts(r) || (s.LatestAttempt is null && r != BuildReason.OperatorUpgrade));

    private static bool Lasts(BuildReason reason) =>
        reason is BuildReason.Schedule or BuildReason.Requested or BuildReason.PackagesMoved;

    private static DateTime? TickOf(ImageSnapshot s, IReadOnlyList<BuildReason> reasons) =>
        s.Schedule?.DueTick ?? (reasons.Contains(BuildReason.Schedule) ? s.LatestTick : null);

    private static string? RequestedAtOf(ImageSnapshot s, IReadOnlyList<BuildReason> reasons) =>
        s.OpenRequestedAt ?? (reasons.Contains(BuildReason.Requested) ? s.LastHandledRequestAt : null);

    /// <summary>
    /// A good build is out of date when what it made would be different now; a failed one is repeated only for
    /// another attempt, so that a known-bad input isn't retried for ever.
    /// </summary>
    private static bool DiffersFrom(GemmaBuild latest, BuildRequest.Known inputs)
    {
        if (!inputs.IsPublishedBy(latest))
        {
            return true;
        }

        return latest.HasFailed ? !inputs.IsAttemptedBy(latest) : latest.Spec!.Resolved.InputsHash != inputs.InputsHash;
    }

    /// <summary>
    /// A tag that went back to what the good image stands on needs no build, whatever was tried meanwhile.
    /// </summary>
    private static FieldChange? BaseMoved(ImageSnapshot s, GemmaBuild latest)
    {
        var then = latest.Spec!.Resolved;
        return
            s.Spec.Triggers.BaseDigest.Enabled
            && s.KnownBase is { } known
            && known.Base.Text == then.BaseReference
            && known.Digest.ToString() is var digest
            && digest != then.BaseDigest
            && digest != s.LatestGoodBuild?.Spec!.Resolved.BaseDigest
            ? new FieldChange
            {
                Field = "status.resolvedBase.digest",
                Old = then.BaseDigest,
                New = digest,
            }
            : null;
    }
}
