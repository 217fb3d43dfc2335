using System.Reflection;
using GemmaOperator.Api.Words;

namespace Operator.Tests.Api;

internal sealed class DocsTests
{
    private static readonly string[] Lines = File.ReadAllLines(Checkout.PathTo("docs", "api.md"));

    [TestCaseSource(nameof(Conditions))]
    public void Every_reason_of_a_condition_is_on_the_reference_page(Type condition)
    {
        var row = Lines.Single(l => l.StartsWith($"| `{condition.Name}` |", StringComparison.Ordinal));
        var missing = condition
            .GetFields()
            .Select(f => (string)f.GetRawConstantValue()!)
            .Where(reason => !row.Contains($"`{reason}`", StringComparison.Ordinal));
        Assert.That(missing, Is.Empty);
    }

    /// <summary>
    /// Reasons of a condition that is as it should be, and those of one build's steps, which have tables of their own.
    /// </summary>
    private static readonly string[] AskNothing =
    [
        "Serving",
        "Published",
        "Completed",
        "AllChecksPassed",
        "MinimumReplicasAvailable",
        "UpToDate",
        "TagsMoved",
        "Updated",
        "Current",
        "Listed",
        "NothingFound",
        "Accepted",
    ];

    [TestCaseSource(nameof(Conditions))]
    public void Every_reason_that_asks_something_of_people_is_in_the_troubleshooting_guide(Type condition)
    {
        var rows = File.ReadAllLines(Checkout.PathTo("docs", "troubleshooting.md"));
        var missing = condition
            .GetFields()
            .Select(f => (string)f.GetRawConstantValue()!)
            .Except(AskNothing)
            .Where(reason =>
                !rows.Any(r => r.StartsWith('|') && r.Split('|')[1].Contains($"`{reason}`", StringComparison.Ordinal))
            );
        Assert.That(missing, Is.Empty);
    }

    [TestCaseSource(nameof(Pages))]
    public void Links_lead_somewhere(string page)
    {
        var folder = Path.GetDirectoryName(Checkout.PathTo(page))!;
        var targets = File.ReadAllLines(Checkout.PathTo(page))
            .SelectMany(l => l.Split("](").Skip(1))
            .Select(l => l.Split(')')[0].Split('#')[0])
            .Where(t => t.Length > 0 && !t.Contains("://", StringComparison.Ordinal));
        Assert.That(
            targets.Select(t => Path.GetFullPath(Path.Combine(folder, t))).Where(p => !Path.Exists(p)),
            Is.Empty
        );
    }

    private static IEnumerable<string> Pages() =>
        new[] { "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md" }
            .Concat(
                Directory
                    .GetFiles(Checkout.PathTo("docs"), "*.md", SearchOption.AllDirectories)
                    .Select(f => Path.GetRelativePath(Checkout.PathTo("."), f))
            )
            .Order(StringComparer.Ordinal);

    private static IEnumerable<Type> Conditions() =>
        typeof(ImageReason).GetNestedTypes(BindingFlags.NonPublic | BindingFlags.Public);
}
