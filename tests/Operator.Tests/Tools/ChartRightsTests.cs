using System.Text.Json.Nodes;
using Operator.Tests.Check.Rights;

namespace Operator.Tests.Tools;

/// <summary>The operator's account is bound, in each mode, to the rights of the file and to nothing besides.</summary>
public sealed class ChartRightsTests
{
    private const string Account = "release-gemma-operator";

    [TestCase("", "objects owners tenant contents cluster leader")]
    [TestCase("dashboard.enabled=true", "objects owners tenant contents cluster leader dashboard")]
    [TestCase("watchNamespaces={a,b}", "objects owners tenant contents leader")]
    [TestCase("tenancy.impersonate=gemma", "objects owners contents cluster leader impersonate")]
    [TestCase("watchNamespaces={a,b},tenancy.impersonate=gemma", "objects owners leader impersonate")]
    public async Task The_operator_is_bound_to_these_keys(string values, string keys)
    {
        var documents = await Helm.RenderAsync(values.Length > 0 ? ["--set", values] : []);
        Assert.That(Bound(documents, Account), Is.EquivalentTo(Granted(keys)));
    }

    [Test]
    public async Task A_tenants_account_is_bound_to_what_is_written_in_its_name()
    {
        var documents = await Helm.RenderAsync(["--set", "watchNamespaces={a,b},tenancy.impersonate=gemma"]);
        Assert.That(Bound(documents, "gemma"), Is.EquivalentTo(Granted("tenant owners contents")));
    }

    private static IReadOnlySet<string> Granted(string keys) =>
        keys.Split(' ')
            .SelectMany(key =>
                key == GrantedRights.Impersonate
                    ? [new Grant(key, "impersonate", "", "serviceaccounts", "gemma")]
                    : GrantedRights.All.Where(g => g.Key == key)
            )
            .Select(Bare)
            .ToHashSet(StringComparer.Ordinal);

    /// <summary>Returns what an account's roles allow, once where several namespaces have the same.</summary>
    private static IReadOnlySet<string> Bound(IReadOnlyList<JsonObject> documents, string account)
    {
        var roles = documents
            .Where(d => ((string)d["kind"]!).EndsWith("RoleBinding", StringComparison.Ordinal))
            .Where(d => d["subjects"]!.AsArray().Any(s => (string?)s!["name"] == account))
            .Select(d => Name(d["roleRef"]!["kind"], d["roleRef"]!["name"], d["metadata"]!["namespace"]))
            .ToHashSet(StringComparer.Ordinal);
        return documents
            .Where(d => roles.Contains(Name(d["kind"], d["metadata"]!["name"], d["metadata"]!["namespace"])))
            .SelectMany(d => d["rules"]!.AsArray())
            .SelectMany(Flatten)
            .Select(Bare)
            .ToHashSet(StringComparer.Ordinal);
    }

    private static IEnumerable<Grant> Flatten(JsonNode? rule) =>
        from verb in Texts(rule!["verbs"])
        from @group in Texts(rule["apiGroups"])
        from resource in Texts(rule["resources"])
        from name in rule["resourceNames"] is { } names ? Texts(names) : [""]
        select new Grant("", verb, @group, resource, name);

    private static IEnumerable<string> Texts(JsonNode? list) => list!.AsArray().Select(text => (string)text!);

    private static string Name(JsonNode? kind, JsonNode? name, JsonNode? ns) =>
        (string?)kind == "ClusterRole" ? $"{kind} {name}" : $"{kind} {ns}/{name}";

    private static string Bare(Grant grant) => (grant with { Key = "" }).ToString();
}
