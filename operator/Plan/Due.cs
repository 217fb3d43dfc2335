using GemmaOperator.Api;

namespace GemmaOperator.Plan;

/// <summary>Why a build is due, with what changed, oldest cause first.</summary>
internal sealed record Due(IReadOnlyList<string> Reasons, IReadOnlyList<FieldChange> Changes, DateTime? Tick, string? Request)
{
    /// <summary>Spec changes and requests pass the storm guard.</summary>
    public bool PassesStormGuard =>
        Reasons.Any(r => r is BuildReason.Initial or BuildReason.SpecChange or BuildReason.Requested);

    /// <summary>The base digest must be asked for anew, not only known.</summary>
    public bool WantsFreshBase => Reasons.Any(r => r is BuildReason.Initial or BuildReason.Schedule or BuildReason.Requested);

    /// <summary>Reasons that ask for new layers even though no input changed.</summary>
    public bool WantsRebuild => Reasons.Any(r =>
        r is BuildReason.Schedule or BuildReason.Requested or BuildReason.BaseDigestChange);

    /// <summary>All reasons that hold in <paramref name="s"/>; null when none does.</summary>
    public static Due? Of(ImageSnapshot s, Inputs.Known inputs)
    {
        var reasons = new List<string>();
        IReadOnlyList<FieldChange> changes = [];
        if (s.LatestBuild is not { } latest)
        {
            // Builds can be deleted by hand; the recorded hash still says that this input had its attempt.
            if (s.Status.InputsHash != inputs.AttemptHash)
            {
                reasons.Add(s.Status.InputsHash is null ? BuildReason.Initial : BuildReason.SpecChange);
            }
        }
        else
        {
            changes = InputChanges.Between(latest, inputs);
            reasons.AddRange(ChangeReasons(s, latest, inputs, changes));
            if (BaseMoved(s, latest) is { } moved)
            {
                reasons.Add(BuildReason.BaseDigestChange);
                changes = [.. changes, moved];
            }
        }

        if (s.OpenRequest is not null)
        {
            reasons.Add(BuildReason.Requested);
        }

        if (s.Schedule?.DueTick is not null)
        {
            reasons.Add(BuildReason.Schedule);
        }

        return reasons.Count == 0 ? null : new Due(reasons, changes, s.Schedule?.DueTick, s.OpenRequest);
    }

    private static IEnumerable<string> ChangeReasons(
        ImageSnapshot s, GemmaBuild latest, Inputs.Known inputs, IReadOnlyList<FieldChange> changes)
    {
        if (!DiffersFrom(latest, inputs) || (s.LatestGoodBuild is { } good && !DiffersFrom(good, inputs)))
        {
            yield break;
        }

        var contentMoved = inputs.RequirementsFromConfigMap && changes.Any(c => InputFields.IsContent(c.Field));
        var specMoved = !contentMoved || changes.Any(c => !InputFields.IsContent(c.Field));
        if (contentMoved && s.Spec.Triggers.RequirementsChange)
        {
            yield return BuildReason.RequirementsChange;
        }

        if (specMoved && s.Spec.Triggers.SpecChange)
        {
            yield return BuildReason.SpecChange;
        }
    }

    /// <summary>
    /// A good build is out of date when what it made would be different now; a failed one is repeated only for
    /// another attempt, so that a known-bad input isn't retried for ever.
    /// </summary>
    private static bool DiffersFrom(GemmaBuild latest, Inputs.Known inputs)
    {
        var then = latest.Spec!.Resolved;
        if (then.PublishHash != inputs.PublishHash)
        {
            return true;
        }

        return latest.HasFailed ? then.AttemptHash != inputs.AttemptHash : then.InputsHash != inputs.InputsHash;
    }

    private static FieldChange? BaseMoved(ImageSnapshot s, GemmaBuild latest)
    {
        var resolved = s.Status.ResolvedBase;
        var then = latest.Spec!.Resolved;
        return s.Spec.Triggers.BaseDigest.Enabled
            && resolved is not null
            && resolved.Reference == then.BaseReference
            && resolved.Digest != then.BaseDigest
                ? new FieldChange { Field = "status.resolvedBase.digest", Old = then.BaseDigest, New = resolved.Digest }
                : null;
    }
}
