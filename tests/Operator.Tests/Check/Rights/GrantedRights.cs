using GemmaOperator.Check;
using k8s;
using k8s.Models;
using Operator.Tests.Api;

namespace Operator.Tests.Check.Rights;

/// <summary>
/// Reads what the chart grants: its file, verb by verb, and what its template adds for a tenant's account.
/// </summary>
internal static class GrantedRights
{
    /// <summary>Names what isn't in the file, as its name is a value of the chart.</summary>
    public const string Impersonate = "impersonate";

    public const string Objects = "objects";
    public const string Owners = "owners";
    public const string Contents = "contents";
    public const string Tenant = "tenant";
    public const string Cluster = "cluster";
    public const string Leader = "leader";
    public const string Dashboard = "dashboard";

    private static readonly Lazy<IReadOnlyList<Grant>> Read = new(() => [.. Flatten()]);

    /// <summary>Gets all of them, in the order of the file.</summary>
    public static IReadOnlyList<Grant> All => Read.Value;

    /// <summary>Gets the rules of the file with their keys.</summary>
    public static IEnumerable<(string Key, V1PolicyRule Rule)> Rules
    {
        get
        {
            var file = KubernetesYaml.Deserialize<OperatorRights.Rules>(
                File.ReadAllText(Checkout.PathTo("charts", "gemma-operator", "files", "rights.yaml"))
            );
            return from part in new (string Key, IEnumerable<V1PolicyRule> Rules)[]
                {
                    (Objects, file.Objects),
                    (Owners, file.Owners),
                    (Contents, file.Contents),
                    (Tenant, file.Tenant),
                    (Cluster, file.Cluster),
                    (Leader, file.Leader),
                    (Dashboard, file.Dashboard),
                }
                from rule in part.Rules
                select (part.Key, rule);
        }
    }

    private static IEnumerable<Grant> Flatten() =>
        from part in Rules
        from @group in part.Rule.ApiGroups
        from resource in part.Rule.Resources
        from verb in part.Rule.Verbs
        from name in part.Rule.ResourceNames ?? [""]
        select new Grant(part.Key, verb, @group, resource, name);
}
