using GemmaOperator.Yaml;

namespace Operator.Tests.Samples;

/// <summary>YAML becomes the JSON that kubectl and the API server make of it.</summary>
internal sealed class YamlDocumentsTests
{
    [TestCase("5", "5")]
    [TestCase("-5", "-5")]
    [TestCase("0400", "256")]
    [TestCase("0o17", "15")]
    [TestCase("0x1F", "31")]
    [TestCase("0b101", "5")]
    [TestCase("1_000", "1000")]
    [TestCase("089", "89")]
    [TestCase("1.5", "1.5")]
    [TestCase("1e3", "1000")]
    [TestCase("2.10.0", "\"2.10.0\"")]
    [TestCase("'12.8'", "\"12.8\"")]
    [TestCase("!!str 12.8", "\"12.8\"")]
    [TestCase("yes", "true")]
    [TestCase("off", "false")]
    [TestCase("'yes'", "\"yes\"")]
    [TestCase("~", "null")]
    [TestCase("2024-01-02", "\"2024-01-02\"")]
    [TestCase(".inf", "\".inf\"")]
    [TestCase("-", "[null]")]
    [TestCase("99999999999999999999", "1E+20")]
    [TestCase("0x", "\"0x\"")]
    public void A_scalar_is_what_it_is_there(string yaml, string json) =>
        Assert.That(YamlDocuments.Read(yaml)[0].Content?.ToJsonString() ?? "null", Is.EqualTo(json));

    [Test]
    public void Anchors_and_merge_keys_are_put_in()
    {
        var read = YamlDocuments.Read("base: &b {a: 1, b: 2}\nuse:\n  <<: *b\n  b: 3\nagain: *b");
        Assert.That(
            read[0].Content!.ToJsonString(),
            Is.EqualTo("""{"base":{"a":1,"b":2},"use":{"b":3,"a":1},"again":{"a":1,"b":2}}""")
        );
    }

    [Test]
    public void Documents_know_their_lines_and_fields_that_are_there_twice()
    {
        var read = YamlDocuments.Read("a: 1\n---\nb:\n  - c: 1\n    c: 2\n");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Select(d => d.Line), Is.EqualTo(new[] { 1L, 3L }));
            Assert.That(read[1].Duplicates, Is.EqualTo(new[] { ("b[0].c", 5L) }));
            Assert.That(read[0].Duplicates, Is.Empty);
        }
    }
}
