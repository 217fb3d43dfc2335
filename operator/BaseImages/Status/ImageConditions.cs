using GemmaOperator.Api.Words;
using GemmaOperator.Cluster;
using GemmaOperator.Rules;
using k8s.Models;

namespace GemmaOperator.BaseImages.Status;

/// <summary>
/// States each condition of a GemmaBaseImage with the rules that give its status, reason and message, and with what
/// becomes of it when none has anything to say.
/// </summary>
internal static class ImageConditions
{
    private static readonly IReadOnlyList<Row> Table =
    [
        new(ConditionType.Stalled, Stalled, Silence.Removes),
        new(ConditionType.Reconciling, Reconciling, Silence.Removes),
        new(ConditionType.Ready, f => ReadyRules.All.First(f)?.Decision, Silence.Removes),
        new(ConditionType.BuildSucceeded, BuildRules.Succeeded, Silence.Keeps),
        new(ConditionType.Verified, BuildRules.Verified, Silence.Keeps),
        new(ConditionType.Fresh, f => FreshRules.All.First(f)?.Decision, Silence.Removes),
        new(ConditionType.SystemUpdated, SystemUpdatedRule.Judge, Silence.Removes),
        new(ConditionType.PackagesCurrent, PackagesCurrentRule.Judge, Silence.Removes),
        new(ConditionType.Patched, PatchedRule.Judge, Silence.Removes),
        new(ConditionType.BaseSupported, BaseSupportedRule.Judge, Silence.Removes),
        new(ConditionType.BaseCurrent, BaseCurrentRule.Judge, Silence.Removes),
        new(ConditionType.AliasTagsCurrent, BuildRules.AliasTags, Silence.Removes),
        new(ConditionType.Available, AvailableRule.Judge, Silence.Removes),
        new(ConditionType.Rewritten, RewrittenRule.Judge, Silence.Removes),
        new(ConditionType.Held, Held, Silence.Removes),
        new(ConditionType.Notified, NotifiedRule.Judge, Silence.Removes),
        new(ConditionType.Routed, RoutedRule.Judge, Silence.Removes),
        new(ConditionType.LegacyIsolation, LegacyIsolationRule.Judge, Silence.Removes),
        new(ConditionType.GpusIdle, GpusIdleRule.Judge, Silence.Removes),
        new(ConditionType.DefaultsInvalid, DefaultsInvalidRule.Judge, Silence.Removes),
    ];

    /// <summary>Says what silence means for a condition that is there already.</summary>
    private enum Silence
    {
        Removes,

        /// <summary>The builds that it spoke of have left the history; what it said stays true.</summary>
        Keeps,
    }

    public static IReadOnlyList<V1Condition> Fold(ConditionFacts facts)
    {
        var conditions = new Conditions(
            facts.Seen.Status.Conditions,
            facts.Seen.Image.Metadata.Generation ?? 0,
            facts.Seen.Now
        );
        foreach (var row in Table)
        {
            if (row.Judge(facts) is { } finding)
            {
                finding.SetOn(conditions, row.Type);
            }
            else if (row.Silence == Silence.Removes)
            {
                conditions.Remove(row.Type);
            }
        }

        return conditions.List;
    }

    private static Finding? Stalled(ConditionFacts f) =>
        f.Stall is { } stall ? Finding.True(stall.Reason, stall.Message) : null;

    private static Finding? Reconciling(ConditionFacts f) =>
        f.Stall is null ? ReconcilingRules.All.First(f)?.Decision : null;

    private static Finding? Held(ConditionFacts f) =>
        f is { HeldBack: { } held, Status.Held.Since: { } since }
            ? Finding.True(held.Reason, $"{held.What}. Since {since:yyyy-MM-dd HH:mm:ss} UTC. To end it: {held.Remedy}")
            : null;

    private sealed record Row(string Type, Func<ConditionFacts, Finding?> Judge, Silence Silence);
}
