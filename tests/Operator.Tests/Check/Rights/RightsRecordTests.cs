using System.Reflection;

namespace Operator.Tests.Check.Rights;

/// <summary>
/// The chart grants what the operator uses, verb by verb: nothing is missing, and nothing is too much.
/// </summary>
public sealed class RightsRecordTests
{
    private static readonly Grant ReadPods = new(GrantedRights.Objects, "get", "", "pods", "");
    private static readonly Grant ReadMaps = new(GrantedRights.Tenant, "get", "", "configmaps", "");
    private static readonly Grant ReadOwn = new(GrantedRights.Leader, "get", "", "configmaps", "kept");

    [Test]
    public void Each_right_is_on_record_with_the_test_that_shows_it()
    {
        Assume.That(RightsRecord.IsUpdating, Is.False, "the record is written when the run ends");
        Assert.That(
            RightsRecord.ByRight.Keys.Concat(RightsRecord.NeverRequested.Keys),
            Is.EquivalentTo(RightsJudge.All),
            "a right that nothing uses is taken out of rights.yaml; one that is used gets its line by running the test "
                + "that shows it with UPDATE_GOLDEN=1"
        );
    }

    [Test]
    public void Each_test_on_record_is_there_and_runs_wherever_the_others_do()
    {
        var tests = typeof(RightsRecordTests)
            .Assembly.GetTypes()
            .Where(t => !t.IsAbstract)
            .SelectMany(t => t.GetMethods().Where(m => m.GetCustomAttribute<TestAttribute>() is not null))
            .ToList();
        var names = tests
            .Where(m => !Attributes(m).Any(a => a is IgnoreAttribute or ExplicitAttribute or PlatformAttribute))
            .Select(m =>
                $"{m.DeclaringType!.FullName}.{m.Name}".Replace("Operator.Tests.", "", StringComparison.Ordinal)
            )
            .ToHashSet(StringComparer.Ordinal);
        Assert.That(RightsRecord.ByRight.Values.Where(test => !names.Contains(test)), Is.Empty);
    }

    [Test]
    public void No_right_is_a_wildcard() =>
        Assert.That(
            GrantedRights.Rules.Where(r =>
                r.Rule.Verbs.Concat(r.Rule.ApiGroups).Concat(r.Rule.Resources).Any(word => word.Contains('*'))
                || r.Rule.NonResourceURLs is { Count: > 0 }
            ),
            Is.Empty
        );

    [Test]
    public void No_right_is_granted_twice_to_one_account_in_one_place() => Assert.That(GrantedRights.All, Is.Unique);

    [Test]
    public void A_request_that_nothing_grants_fails_its_test()
    {
        var judged = new RequestsOfOneTest([Asked("pods"), Asked("pods") with { Verb = "delete" }], [ReadPods]);
        Assert.That(RightsJudge.Missing(judged), Has.One.Contains("to delete pods"));
    }

    [Test]
    public void A_right_that_its_test_did_not_need_fails_it()
    {
        var shown = RightsJudge.Shown(new RequestsOfOneTest([Asked("pods")], [ReadPods, ReadMaps]));
        Assert.That(shown, Is.EqualTo([ReadPods.ToString()]));
        Assert.That(
            RightsJudge.Unused(shown, [ReadPods.ToString(), ReadMaps.ToString()]),
            Has.One.Contains(ReadMaps.ToString())
        );
    }

    [Test]
    public void Rights_of_one_namespace_do_not_count_in_another()
    {
        RequestedRight[] watching = [new("list", "gemmaoperator.io", "gemmabaseimages", "ml", "", false)];
        var elsewhere = new RequestsOfOneTest([.. watching, Asked("pods") with { Namespace = "own" }], [ReadPods]);
        Assert.That(RightsJudge.Missing(elsewhere), Has.One.Contains("get pods"));
    }

    [Test]
    public void What_two_rules_grant_shows_neither()
    {
        RequestedRight[] leading =
        [
            new("get", "coordination.k8s.io", "leases", "own", "gemma-operator", false),
            new("list", "gemmaoperator.io", "gemmabaseimages", "ml", "", false),
        ];
        var kept = Asked("configmaps") with { Name = "kept" };
        var both = kept with { Namespace = "own" };
        Grant[] grants = [ReadMaps, ReadOwn];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                new RequestsOfOneTest([.. leading, leading[1] with { Namespace = "own" }, both], grants).Shown,
                Is.Empty
            );
            Assert.That(new RequestsOfOneTest([.. leading, both], grants).Shown, Is.EquivalentTo([ReadOwn]));
            Assert.That(new RequestsOfOneTest([.. leading, kept], grants).Shown, Is.EquivalentTo([ReadMaps]));
        }
    }

    [Test]
    public void An_operator_that_writes_as_a_tenant_may_not_do_so_as_itself()
    {
        var maps = Asked("configmaps");
        var judged = new RequestsOfOneTest([maps with { IsImpersonated = true }, maps], [ReadMaps]);
        Assert.That(judged.Ungranted, Is.EqualTo([maps]));
        Assert.That(judged.Shown, Is.EquivalentTo([ReadMaps]));
    }

    [Test]
    public void A_record_keeps_what_did_not_run_and_forgets_what_is_not_so()
    {
        var merged = RightsRecord.Merge(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["a"] = "DidNotRun",
                ["b"] = "ShowsIt",
                ["c"] = "NoLonger",
                ["d"] = "NoLonger",
            },
            new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal)
            {
                ["ShowsIt"] = new HashSet<string>(StringComparer.Ordinal) { "a", "b", "c" },
                ["NoLonger"] = new HashSet<string>(StringComparer.Ordinal),
            }
        );
        Assert.That(
            merged,
            Is.EquivalentTo(
                new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["a"] = "DidNotRun",
                    ["b"] = "ShowsIt",
                    ["c"] = "ShowsIt",
                }
            )
        );
    }

    private static RequestedRight Asked(string resource) => new("get", "", resource, "ml", "", IsImpersonated: false);

    private static IEnumerable<NUnitAttribute> Attributes(MethodInfo method) =>
        method
            .GetCustomAttributes<NUnitAttribute>()
            .Concat(method.DeclaringType!.GetCustomAttributes<NUnitAttribute>());
}
