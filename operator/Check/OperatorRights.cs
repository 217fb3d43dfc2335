using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Check;

/// <summary>
/// Reads the rights that the chart grants, verb by verb; they are embedded, from the chart's own file.
/// </summary>
internal static class OperatorRights
{
    private static readonly Rules Shipped = KubernetesYaml.Deserialize<Rules>(ShippedFile.Read("rights.yaml"));

    /// <summary>Returns what the operator needs where it is to run, and the accounts that it writes as.</summary>
    public static IReadOnlyList<Right> For(CheckRequest request)
    {
        string[] places = request.OnlyNamespaces ? [.. request.Namespaces] : [""];
        return
        [
            .. places.SelectMany(ns => Own(request, ns)),
            .. request.OnlyNamespaces ? [] : Flatten(Shipped.Cluster, ""),
            .. request.HasDashboard ? Flatten(Shipped.Dashboard, "") : [],
            .. Flatten(Shipped.Leader, request.OperatorNamespace),
            .. Tenants(request),
        ];
    }

    private static IEnumerable<Right> Own(CheckRequest request, string ns)
    {
        IEnumerable<V1PolicyRule> always = [.. Shipped.Objects, .. Shipped.Owners];
        return request.ImpersonatedAccount is { } tenant
            ?
            [
                .. Flatten(ns.Length == 0 ? [.. always, .. Shipped.Contents] : always, ns),
                new Right("impersonate", "", "serviceaccounts", "", ns) { Name = tenant },
            ]
            : Flatten([.. always, .. Shipped.Contents, .. Shipped.Tenant], ns);
    }

    /// <summary>
    /// Rights of others are asked for by those alone who ask for another's already: the operator's pod may not.
    /// </summary>
    private static IEnumerable<Right> Tenants(CheckRequest request) =>
        request is not { ImpersonatedAccount: { } tenant, Account: not null }
            ? []
            : from ns in request.Namespaces
            from right in Flatten(
                [.. Shipped.Tenant, .. Shipped.Owners, .. request.OnlyNamespaces ? Shipped.Contents : []],
                ns
            )
            select right with
            {
                Account = new ObjectKey(ns, tenant),
            };

    private static IEnumerable<Right> Flatten(IEnumerable<V1PolicyRule> rules, string ns) =>
        from rule in rules
        from @group in rule.ApiGroups
        from resource in rule.Resources
        from verb in rule.Verbs
        from name in rule.ResourceNames ?? [""]
        let parts = resource.Split('/', 2)
        select new Right(verb, @group, parts[0], parts.Length > 1 ? parts[1] : "", ns) { Name = name };

    /// <summary>Mirrors the file's keys.</summary>
    internal sealed class Rules
    {
        public IList<V1PolicyRule> Objects { get; set; } = [];

        public IList<V1PolicyRule> Owners { get; set; } = [];

        public IList<V1PolicyRule> Contents { get; set; } = [];

        public IList<V1PolicyRule> Tenant { get; set; } = [];

        public IList<V1PolicyRule> Cluster { get; set; } = [];

        public IList<V1PolicyRule> Leader { get; set; } = [];

        public IList<V1PolicyRule> Dashboard { get; set; } = [];
    }
}
