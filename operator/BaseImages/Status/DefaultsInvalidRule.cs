using GemmaOperator.Api.Defaults;
using GemmaOperator.Api.Words;

namespace GemmaOperator.BaseImages.Status;

/// <summary>Decides what people are told of defaults that are written wrongly.</summary>
internal static class DefaultsInvalidRule
{
    /// <summary>Returns null where all are good, and for objects that take over none.</summary>
    public static Finding? Judge(ConditionFacts f) =>
        f.Seen.Inherited.Problems is [var (from, _), ..] problems
            ? Finding.True(
                from == DefaultsOrigin.Namespace
                    ? ImageReason.DefaultsInvalid.NamespaceDefaults
                    : ImageReason.DefaultsInvalid.OperatorDefaults,
                string.Join(" ", problems.Select(p => $"{p.Message}."))
            )
            : null;
}
