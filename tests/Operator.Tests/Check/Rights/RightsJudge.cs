namespace Operator.Tests.Check.Rights;

/// <summary>Says of a test's requests what is wrong with the rights, or with the record of who shows them.</summary>
internal static class RightsJudge
{
    /// <summary>Names the right that the chart's template adds, where writes are made in a tenant's name.</summary>
    public const string Impersonation = $"{GrantedRights.Impersonate}: impersonate serviceaccounts";

    /// <summary>Gets every right, in the order in which the record has them.</summary>
    public static IEnumerable<string> All => [.. GrantedRights.All.Select(g => g.ToString()), Impersonation];

    /// <summary>Returns the rights that requests show to be needed.</summary>
    public static IReadOnlySet<string> Shown(RequestsOfOneTest requests) =>
        requests
            .Shown.Select(g => g.ToString())
            .Concat(requests.Impersonates ? [Impersonation] : [])
            .ToHashSet(StringComparer.Ordinal);

    /// <summary>Returns a sentence for each request that nothing grants.</summary>
    public static IEnumerable<string> Missing(RequestsOfOneTest requests) =>
        requests
            .Ungranted.Select(r =>
                $"the operator asked to {r.Verb} {r.Resource}"
                + (r.Group.Length > 0 ? $" of {r.Group}" : "")
                + (r.Namespace.Length > 0 ? " in a namespace" : " in all namespaces")
                + (r.IsImpersonated ? " as a tenant's account" : "")
                + ", which charts/gemma-operator/files/rights.yaml doesn't grant there"
            )
            .Distinct(StringComparer.Ordinal);

    /// <summary>Returns a sentence for each right that the test is on record for and didn't show.</summary>
    /// <param name="shown">What it showed.</param>
    /// <param name="recorded">What it is on record for.</param>
    public static IEnumerable<string> Unused(IReadOnlySet<string> shown, IEnumerable<string> recorded) =>
        recorded
            .Where(right => !shown.Contains(right))
            .Select(right =>
                $"'{right}' is on record as shown by this test, and it made no request that needs it: "
                + "take the right away, or record another test with UPDATE_GOLDEN=1"
            );
}
