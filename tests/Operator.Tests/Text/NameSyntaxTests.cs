using GemmaOperator.Api.Validation;
using GemmaOperator.Text;

namespace Operator.Tests.Text;

/// <summary>A name is what the API server's own rule takes, which the schema's pattern says, too.</summary>
public sealed class NameSyntaxTests
{
    private const string Letters = "a0-.Z_/é\n";

    [Test]
    public void A_name_is_what_the_pattern_matches()
    {
        // All texts of up to four of these letters.
        var texts = (List<string>)[""];
        for (var from = 0; texts[^1].Length < 4; )
        {
            var end = texts.Count;
            for (; from < end; from++)
            {
                texts.AddRange(Letters.Select(c => texts[from] + c));
            }
        }

        Assert.Multiple(() =>
        {
            Assert.That(texts, Has.Count.EqualTo(1 + 9 + 81 + 729 + 6561));
            Assert.That(
                texts.Where(t => NameSyntax.IsName(t) != Syntax.ObjectName().IsMatch(t)),
                Is.Empty,
                "names of objects"
            );
            Assert.That(
                texts.Where(t => NameSyntax.IsNamespace(t) != (Syntax.ObjectName().IsMatch(t) && !t.Contains('.'))),
                Is.Empty,
                "names of namespaces"
            );
        });
    }

    [TestCase(63, true, true)]
    [TestCase(64, false, true)]
    [TestCase(253, false, true)]
    [TestCase(254, false, false)]
    public void A_name_is_only_so_long(int length, bool isNamespace, bool isName)
    {
        var text = new string('a', length);
        Assert.That((NameSyntax.IsNamespace(text), NameSyntax.IsName(text)), Is.EqualTo((isNamespace, isName)));
    }
}
