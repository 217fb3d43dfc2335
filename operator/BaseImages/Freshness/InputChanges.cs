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
    /// <param name="triggers">What makes builds due.</param>
    /// <param name="build">The build that the inputs differ from.</param>
    /// <param name="inputs">Those of now.</param>
    /// <param name="changes">The fields in which they do.</param>
    public static IReadOnlyList<BuildReason> Reasons(
        TriggersSpec triggers,
        GemmaBuild build,
        BuildRequest.Known inputs,
        IReadOnlyList<FieldChange> changes
    )
    {
        var contentMoved = inputs.RequirementsFromConfigMap && changes.Any(c => InputFields.IsContent(c.Field));
        var baseMoved = IsByChannel(build, inputs);
        var specMoved =
            (!contentMoved && !baseMoved)
            || changes.Any(c =>
                !(contentMoved && InputFields.IsContent(c.Field)) && !(baseMoved && InputFields.IsBase(c.Field))
            );
        var reasons = new List<BuildReason>();
        if (baseMoved)
        {
            reasons.Add(BuildReason.BaseVersionChange);
        }

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

    /// <summary>Tells whether the declared base is the same, and builds stand on another version of it.</summary>
    private static bool IsByChannel(GemmaBuild build, BuildRequest.Known inputs)
    {
        var then = build.Spec!.Resolved;
        return then.BaseReference != inputs.Base.Text
            && (then.DeclaredBase ?? then.BaseReference) == (inputs.DeclaredBase ?? inputs.Base.Text);
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
