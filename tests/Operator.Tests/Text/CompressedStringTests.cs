using System.Text.Json;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Comparison;
using GemmaOperator.Text;

namespace Operator.Tests.Text;

internal sealed class CompressedStringTests
{
    [TestCase("")]
    [TestCase("a \"quoted\" line\nand é 漢字 🙂")]
    [TestCase(null)]
    public void Any_text_comes_back(string? text)
    {
        var longer = text + string.Concat(Enumerable.Range(0, 2000).Select(i => $"{i};"));

        Assert.That(CompressedString.Of(text)?.ToString(), Is.EqualTo(text));
        Assert.That(CompressedString.Of(longer)!.ToString(), Is.EqualTo(longer));
    }

    [Test]
    public void In_JSON_it_is_a_string()
    {
        const string Json = """{"a":"x \u0022y\u0022 \n é","b":null,"c":""}""";
        var read = JsonSerializer.Deserialize<Dictionary<string, CompressedString?>>(Json)!;

        Assert.That(
            (read["a"]!.ToString(), read["b"], read["c"]!.ToString()),
            Is.EqualTo(("x \"y\" \n é", (CompressedString?)null, ""))
        );
        Assert.That(
            JsonSerializer.Deserialize<Dictionary<string, string>>(JsonSerializer.Serialize(read))!["a"],
            Is.EqualTo("x \"y\" \n é")
        );
        Assert.That(() => JsonSerializer.Deserialize<CompressedString>("1"), Throws.InstanceOf<JsonException>());
    }

    [Test]
    public void The_same_text_is_equal()
    {
        var (a, again, b) = (CompressedString.Of("a")!, CompressedString.Of("a")!, CompressedString.Of("b")!);

        Assert.That((again, again.GetHashCode()), Is.EqualTo((a, a.GetHashCode())));
        Assert.That(b, Is.Not.EqualTo(a));
        Assert.That((ApiEquality.Same(a, again), ApiEquality.Same(a, b)), Is.EqualTo((true, false)));
    }
}
