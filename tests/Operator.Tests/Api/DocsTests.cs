using System.Reflection;
using GemmaOperator.Api;

namespace Operator.Tests.Api;

internal sealed class DocsTests
{
    private static readonly string[] Lines = File.ReadAllLines(Checkout.PathTo("docs", "api.md"));

    [TestCaseSource(nameof(Conditions))]
    public void Every_reason_of_a_condition_is_on_the_reference_page(Type condition)
    {
        var row = Lines.Single(l => l.StartsWith($"| `{condition.Name}` |", StringComparison.Ordinal));
        var missing = condition.GetFields().Select(f => (string)f.GetRawConstantValue()!)
            .Where(reason => !row.Contains($"`{reason}`", StringComparison.Ordinal));
        Assert.That(missing, Is.Empty);
    }

    /// <summary>Reasons of a condition that is as it should be, and those of one build's steps, which have tables of their own.</summary>
    private static readonly string[] AskNothing =
        ["Serving", "Published", "Completed", "AllChecksPassed", "MinimumReplicasAvailable", "UpToDate"];

    [TestCaseSource(nameof(Conditions))]
    public void Every_reason_that_asks_something_of_people_is_in_the_troubleshooting_guide(Type condition)
    {
        var rows = File.ReadAllLines(Checkout.PathTo("docs", "troubleshooting.md"));
        var missing = condition.GetFields().Select(f => (string)f.GetRawConstantValue()!)
            .Except(AskNothing)
            .Where(reason => !rows.Any(r => r.StartsWith('|') && r.Split('|')[1].Contains($"`{reason}`", StringComparison.Ordinal)));
        Assert.That(missing, Is.Empty);
    }

    [Test]
    public void Links_lead_somewhere()
    {
        var targets = Lines.SelectMany(l => l.Split("](").Skip(1)).Select(l => l.Split(')')[0]);
        Assert.That(targets.Select(t => Path.GetFullPath(Path.Combine(Checkout.PathTo("docs"), t))).Where(p => !Path.Exists(p)), Is.Empty);
    }

    private static IEnumerable<Type> Conditions() => typeof(ImageReason).GetNestedTypes(BindingFlags.NonPublic | BindingFlags.Public);
}
