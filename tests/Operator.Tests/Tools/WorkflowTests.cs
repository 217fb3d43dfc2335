using System.Text.RegularExpressions;
using Operator.Tests.Api;

namespace Operator.Tests.Tools;

/// <summary>What can be told of the workflows without GitHub.</summary>
internal sealed partial class WorkflowTests
{
    private static IEnumerable<string> Workflows =>
        Directory
            .GetFiles(Checkout.PathTo(".github", "workflows"), "*.yaml")
            .Select(path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Workflows))]
    public void Foreign_actions_are_pinned_by_commit_with_their_tag_beside(string name)
    {
        var text = File.ReadAllText(Checkout.PathTo(".github", "workflows", name));
        var uses = Uses().Matches(text).Select(m => m.Groups["what"].Value).ToList();
        Assert.That(YamlText.Documents(text), Has.Count.EqualTo(1));
        Assert.That(uses, Is.Not.Empty);
        Assert.That(uses, Has.All.Match(@"^(\./\.github/workflows/|[\w-]+/[\w-]+@[0-9a-f]{40} # v\d)"));
    }

    /// <summary>The release fills the chart's values in by these lines.</summary>
    [TestCase("  repository: gemma-operator")]
    [TestCase("  digest: \"\"")]
    [TestCase("serverImage: \"\"")]
    public void A_release_finds_the_values_that_it_fills_in(string line) =>
        Assert.That(
            File.ReadAllLines(Checkout.PathTo("charts", "gemma-operator", "values.yaml")),
            Has.Exactly(1).EqualTo(line)
        );

    [Test]
    public void The_changelog_has_a_section_that_a_release_takes_its_notes_from()
    {
        var props = File.ReadAllText(Checkout.PathTo("Directory.Build.props"));
        var version = Version().Match(props).Groups["version"].Value;
        Assert.That(File.ReadAllLines(Checkout.PathTo("CHANGELOG.md")), Has.Exactly(1).StartsWith($"## [{version}]"));
    }

    [GeneratedRegex(@"^\s*-? ?uses: (?<what>.+)$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Uses();

    [GeneratedRegex("<Version>(?<version>[^<]+)</Version>", RegexOptions.NonBacktracking)]
    private static partial Regex Version();
}
