using System.Text.Json.Nodes;
using KubectlGemma.Output.JsonPath;

namespace Cli.Tests.Output;

/// <summary>Templates mean what they mean to kubectl.</summary>
public sealed class JsonPathTests
{
    private const string Data = """
        {
          "items": [
            {"metadata": {"name": "a", "labels": {"app.kubernetes.io/name": "x"}}, "n": 1, "ok": true},
            {"metadata": {"name": "b"}, "n": 2, "ok": false},
            {"metadata": {"name": "c"}, "n": 3, "ok": true}
          ]
        }
        """;

    [TestCase("{.items[*].metadata.name}", "a b c")]
    [TestCase(".items[0].metadata.name", "a")]
    [TestCase("{$.items[-1].metadata.name}", "c")]
    [TestCase("{.items[0:2].n}", "1 2")]
    [TestCase("{.items[::2].n}", "1 3")]
    [TestCase("{.items[0,2].n}", "1 3")]
    [TestCase("{..name}", "a b c")]
    [TestCase("{.items[0].metadata.labels.app\\.kubernetes\\.io/name}", "x")]
    [TestCase("{.items[0].metadata.labels['app.kubernetes.io/name']}", "x")]
    [TestCase("{.items[?(@.n>1)].metadata.name}", "b c")]
    [TestCase("{.items[?(@.metadata.name==\"b\")].n}", "2")]
    [TestCase("{.items[?(@.ok==true)].n}", "1 3")]
    [TestCase("{.items[?(@.metadata.labels)].n}", "1")]
    [TestCase("{range .items[*]}{.metadata.name}={.n}{\"\\n\"}{end}", "a=1\nb=2\nc=3\n")]
    [TestCase("names: {.items[0].metadata.name}!", "names: a!")]
    [TestCase("{.nothing.there}", "")]
    [TestCase("{.items[1].metadata}", "{\"name\":\"b\"}")]
    public void A_template_renders(string template, string expected)
    {
        Assert.That(
            TemplateRenderer.Render(JsonPathTemplate.Parse(template), JsonNode.Parse(Data)),
            Is.EqualTo(expected)
        );
    }

    [TestCase("{.items[*", "isn't closed")]
    [TestCase("{range .items[*]}x", "{range} without {end}")]
    [TestCase("{end}", "{end} without {range}")]
    [TestCase("{.items[x]}", "no index")]
    [TestCase("{.items[?(@.n>z)]}", "neither a quoted text")]
    public void A_mistake_is_told(string template, string told)
    {
        Assert.That(
            () => JsonPathTemplate.Parse(template),
            Throws.TypeOf<FormatException>().With.Message.Contains(told)
        );
    }

    [Test]
    public void What_comes_from_the_cluster_steers_no_terminal()
    {
        var data = new JsonObject { ["a"] = "x\u001b[2Jy\u202ez" };
        Assert.That(TemplateRenderer.Render(JsonPathTemplate.Parse("{.a}"), data), Is.EqualTo(@"x\u001B[2Jy\u202Ez"));
    }
}
