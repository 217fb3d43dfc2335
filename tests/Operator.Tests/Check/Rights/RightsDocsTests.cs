using Operator.Tests.Api;

namespace Operator.Tests.Check.Rights;

/// <summary>The page on security says line by line what the chart grants.</summary>
public sealed class RightsDocsTests
{
    private const string Row = "| `";
    private const string Core = "core";
    private const string Named = " named ";

    /// <summary>The value that names the account.</summary>
    private const string AccountValue = "tenancy.impersonate";

    [Test]
    public void Each_line_is_a_rule_and_each_rule_has_its_line()
    {
        var lines = File.ReadLines(Checkout.PathTo("docs", "security.md"))
            .SkipWhile(line => line != "Line by line:")
            .SkipWhile(line => !line.StartsWith(Row, StringComparison.Ordinal))
            .TakeWhile(line => line.StartsWith(Row, StringComparison.Ordinal));
        Assert.That(
            lines.SelectMany(Read).Select(g => g.ToString()),
            Is.EquivalentTo([
                .. GrantedRights.All.Select(g => g.ToString()),
                $"{RightsJudge.Impersonation} {AccountValue}",
            ])
        );
    }

    private static IEnumerable<Grant> Read(string line)
    {
        var cells = line.Split('|', StringSplitOptions.TrimEntries);
        var api = cells[2] == Core ? "" : Quoted(cells[2]).Single();
        var (resources, name) = cells[3].Split(Named) switch
        {
            [var before, var after] => (Quoted(before), Quoted(after).Single()),
            _ => (Quoted(cells[3]), ""),
        };
        return from resource in resources
            from verb in cells[4].Split(',', StringSplitOptions.TrimEntries)
            select new Grant(Quoted(cells[1]).Single(), verb, api, resource, name);
    }

    /// <summary>Returns what stands in backticks.</summary>
    private static IEnumerable<string> Quoted(string cell) => cell.Split('`').Where((_, i) => i % 2 == 1);
}
