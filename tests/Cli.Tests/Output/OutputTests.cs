using System.Text.Json.Nodes;
using GemmaOperator.Text;
using GemmaOperator.Yaml;
using KubectlGemma.Output;
using KubectlGemma.Output.Data;

namespace Cli.Tests.Output;

/// <summary>Output is data where data is asked for, and harmless to a terminal everywhere.</summary>
public sealed class OutputTests
{
    [TestCase("plain")]
    [TestCase("true")]
    [TestCase("no")]
    [TestCase("0400")]
    [TestCase("1.5")]
    [TestCase("")]
    [TestCase("null")]
    [TestCase("2026-01-01")]
    [TestCase("a: b # c")]
    [TestCase("- x")]
    [TestCase("two\nlines\n")]
    [TestCase("  indented\nlines")]
    [TestCase("tab\there")]
    [TestCase("esc\u001b[31m")]
    [TestCase("turned\u202e")]
    [TestCase("mark\u200f tag\U000E0041 é 模型 😀")]
    [TestCase("turned\u202e\nin lines\n")]
    [TestCase("@at")]
    [TestCase("*star")]
    public void Yaml_reads_back_as_the_same_text(string text)
    {
        var yaml = YamlText.Write(new JsonObject { ["a"] = new JsonArray(text), [text] = 1 });
        var read = YamlDocuments.Read(yaml)[0].Content!;
        Assert.Multiple(() =>
        {
            Assert.That((string?)read["a"]![0], Is.EqualTo(text), yaml);
            Assert.That(read.AsObject().ContainsKey(text), yaml);
            Assert.That(yaml, Does.Not.Contain("\u001b").And.Not.Match(@"[\p{Cf}]").And.Not.Contain("\U000E0041"));
        });
    }

    [Test]
    public void Numbers_and_truth_stay_what_they_are()
    {
        Assert.That(
            YamlText.Write(JsonNode.Parse("""{"count": 1, "t": true, "z": null, "e": [], "o": {}}""")!),
            Is.EqualTo("count: 1\nt: true\nz: null\ne: []\no: {}\n")
        );
    }

    [Test]
    public void Json_shows_no_control_characters()
    {
        Assert.That(
            JsonText.Write(new JsonObject { ["a"] = "\u001b[2Jé\u009b\u202e" }),
            Does.Not.Match("[\u001b\u009b]")
        );
    }

    [Test]
    public void Json_shows_no_format_characters_and_reads_back_as_the_same()
    {
        const string Text = "turned\u202e mark\u200f tag\U000E0041 é 模型 😀";
        var written = JsonText.Write(new JsonObject { [Text] = Text });
        Assert.Multiple(() =>
        {
            Assert.That(written, Does.Not.Match(@"[\p{Cf}]").And.Contain(@"\u202E").And.Contain(@"\u200F"));
            Assert.That(written, Does.Not.Contain("\U000E0041").And.Contain("é 模型"));
            Assert.That((string?)JsonNode.Parse(written)![Text], Is.EqualTo(Text));
        });
    }

    [Test]
    public void A_piece_is_one_line_and_steers_nothing()
    {
        Assert.That(new Piece("a\u001b[2J\nb\u202ec\u009bd").Text, Is.EqualTo(@"a\u001B[2J\nb\u202Ec\u009Bd"));
    }

    [Test]
    public void A_table_is_as_wide_as_its_cells()
    {
        var table = new TextTable("NAME", "WHAT");
        table.Add("a", "x");
        table.Add("longer", "");
        table.Add("模型", "wide");
        Assert.That(
            table.Lines().Select(l => l.Text),
            Is.EqualTo((string[])["NAME     WHAT", "a        x", "longer   -", "模型     wide"])
        );
    }

    [TestCase(0, "0s")]
    [TestCase(59, "59s")]
    [TestCase(150, "2m30s")]
    [TestCase(7200, "2h")]
    [TestCase(100_000, "1d3h")]
    [TestCase(1_000_000, "11d")]
    [TestCase(-5, "0s")]
    public void An_age_has_two_units(int seconds, string expected)
    {
        Assert.That(Ages.Span(TimeSpan.FromSeconds(seconds)), Is.EqualTo(expected));
    }
}
