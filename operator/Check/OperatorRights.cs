using k8s;
using k8s.Models;

namespace GemmaOperator.Check;

/// <summary>
/// Reads the rights that the chart grants, verb by verb; they are embedded, from the chart's own file.
/// </summary>
internal static class OperatorRights
{
    private static readonly Rules Shipped = KubernetesYaml.Deserialize<Rules>(ShippedFile.Read("rights.yaml"));

    /// <summary>Returns what the operator needs where it is to run.</summary>
    public static IReadOnlyList<Right> For(CheckRequest request)
    {
        IEnumerable<Right> objects = request.OnlyNamespaces
            ? request.Namespaces.SelectMany(ns => Flatten(Shipped.Objects, ns))
            : Flatten([.. Shipped.Objects, .. Shipped.Cluster], "");
        return [.. objects, .. Flatten(Shipped.Leader, request.OperatorNamespace)];
    }

    private static IEnumerable<Right> Flatten(IEnumerable<V1PolicyRule> rules, string ns) =>
        from rule in rules
        from @group in rule.ApiGroups
        from resource in rule.Resources
        from verb in rule.Verbs
        let parts = resource.Split('/', 2)
        select new Right(verb, @group, parts[0], parts.Length > 1 ? parts[1] : "", ns);

    /// <summary>Mirrors the file's keys.</summary>
    internal sealed class Rules
    {
        public IList<V1PolicyRule> Objects { get; set; } = [];

        public IList<V1PolicyRule> Cluster { get; set; } = [];

        public IList<V1PolicyRule> Leader { get; set; } = [];
    }
}
