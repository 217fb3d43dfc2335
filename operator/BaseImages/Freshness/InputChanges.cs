using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;

namespace GemmaOperator.BaseImages.Freshness;

/// <summary>Finds what changed between a build and the inputs of now, field by field.</summary>
internal static class InputChanges
{
    /// <summary>The API's bound on <c>GemmaBuild.spec.changes</c>.</summary>
    public const int Limit = 20;

    /// <summary>Returns what a difference is called; none when the triggers leave it out.</summary>
    public static IReadOnlyList<BuildReason> Reasons(
        TriggersSpec triggers,
        BuildRequest.Known inputs,
        IReadOnlyList<FieldChange> changes
    )
    {
        var contentMoved = inputs.RequirementsFromConfigMap && changes.Any(c => InputFields.IsContent(c.Field));
        var specMoved = !contentMoved || changes.Any(c => !InputFields.IsContent(c.Field));
        var reasons = new List<BuildReason>();
        if (contentMoved && triggers.RequirementsChange)
        {
            reasons.Add(BuildReason.RequirementsChange);
        }

        if (specMoved && triggers.SpecChange)
        {
            reasons.Add(BuildReason.SpecChange);
        }

        return reasons;
    }

    /// <summary>
    /// Tells whether the old value was the operator's choice, which releases before recorded as if the spec had named
    /// it.
    /// </summary>
    private static bool WasDefault(FieldChange change, GemmaBuild build, BuildRequest.Known inputs) =>
        change.New.Length == 0
        && change.Field switch
        {
            InputFields.ExecutorImage => InputHashes.MayBeDefaultExecutor(change.Old, inputs.Template),
            InputFields.ServerImage => inputs.IsPublishedBy(build),
            _ => false,
        };

    public static IReadOnlyList<FieldChange> Between(GemmaBuild build, BuildRequest.Known inputs)
    {
        var (then, now) = (build.Spec!.Resolved.Fields, inputs.Fields);
        return
        [
            .. then
                .Keys.Union(now.Keys, StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .Select(field => new FieldChange
                {
                    Field = field,
                    Old = then.GetValueOrDefault(field, ""),
                    New = now.GetValueOrDefault(field, ""),
                })
                .Where(change => change.Old != change.New && !WasDefault(change, build, inputs))
                .Take(Limit),
        ];
    }
}
