using GemmaOperator.Api.BaseImages;

namespace GemmaOperator.BaseImages.Defaults;

/// <summary>Computes what of an effective spec its tenants answer for.</summary>
internal static class TenantShare
{
    /// <summary>
    /// Returns what the object and its namespace name. Whether it is used says the effective spec: what the operator
    /// switches on for all must not run a scanner that it doesn't allow.
    /// </summary>
    /// <param name="own">What the object says.</param>
    /// <param name="ofNamespace">The defaults of its namespace; null: it has none.</param>
    /// <param name="effective">What they come to with the operator's.</param>
    public static GemmaBaseImageSpec Of(
        GemmaBaseImageSpec own,
        DefaultsLayer? ofNamespace,
        GemmaBaseImageSpec effective
    )
    {
        var named = ofNamespace is null ? own : EffectiveSpec.Merge(own, [ofNamespace]).Spec;
        var isUsed = effective.Verification.Scan.Enabled;
        return named.Verification.Scan.Enabled == isUsed
            ? named
            : named with
            {
                Verification = named.Verification with { Scan = named.Verification.Scan with { Enabled = isUsed } },
            };
    }
}
