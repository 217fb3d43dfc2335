namespace Operator.Tests.Api;

/// <summary>Holds the page of all fields against the definitions.</summary>
internal sealed class FieldReferenceTests
{
    private const string Update = "UPDATE_GOLDEN";

    [Test]
    public void The_page_is_what_the_definitions_say()
    {
        var path = Checkout.PathTo("docs", "reference.md");
        var page = FieldReference.Write();
        if (Environment.GetEnvironmentVariable(Update) is "1")
        {
            File.WriteAllText(path, page);
        }

        Assert.That(File.ReadAllText(path), Is.EqualTo(page), $"{Update}=1 writes docs/reference.md anew");
    }

    [Test]
    public void Every_field_is_on_it_with_what_it_is_for()
    {
        var rows = FieldReference.Write().Split('\n').Where(l => l.StartsWith('|')).Select(l => l.TrimEnd('|', ' '));
        var fields = CrdFile
            .All.SelectMany(crd => crd.Fields())
            .Count(f =>
                f.Path.Contains('.')
                && !f.Path.EndsWith("[]", StringComparison.Ordinal)
                && !f.Path.EndsWith("{}", StringComparison.Ordinal)
            );
        var groups = FieldReference
            .Write()
            .Split('\n')
            .Count(l => l.StartsWith("### `", StringComparison.Ordinal) && l.Contains('.'));
        var named = rows.Where(r =>
                r.StartsWith("| `", StringComparison.Ordinal) || r.StartsWith("| **`", StringComparison.Ordinal)
            )
            .ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(named, Has.Count.EqualTo(fields - groups));
            Assert.That(named.Where(r => r.Count(c => c == '|') < 4), Is.Empty, "without a description");
        }
    }
}
