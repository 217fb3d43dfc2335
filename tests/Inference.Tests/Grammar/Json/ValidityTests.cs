using System.Text.Json;
using Json.Schema;

namespace Inference.Tests.Grammar.Json;

/// <summary>Whatever goes through a schema's grammar is valid by a validator that isn't ours.</summary>
[TestFixture]
internal sealed class ValidityTests
{
    private static readonly string[] Drawn =
    [
        """{"anyOf":[{"type":"string"},{"type":"null"}],"format":"date"}""",
        """{"$ref":"#/$defs/s","format":"date","$defs":{"s":{"type":"string"}}}""",
        """{"type":"string","pattern":"^[A-Z]{2}-\\d{3,5}$"}""",
        """{"type":"string","pattern":"^(x|yy|é[a-z\"]?)+$"}""",
        """{"type":"string","pattern":"^\\d\\w[\\-x-z]?\\.(?:a|)(?<n>b*?)$"}""",
        """{"type":"string","pattern":"^[\\u00e0-\\u4fff]{3}\\uD83D\\uDE00$"}""",
        """{"type":"string","pattern":"^\"\\\\\\n$"}""",
        """{"type":"string","pattern":"^[a-f]{2,4}$","minLength":2,"maxLength":4}""",
        """{"type":"string","format":"date"}""",
        """{"type":"string","format":"time"}""",
        """{"type":"string","format":"date-time"}""",
        """{"type":"string","format":"duration"}""",
        """{"type":"string","format":"email"}""",
        """{"type":"string","format":"hostname"}""",
        """{"type":"string","format":"ipv4"}""",
        """{"type":"string","format":"ipv6"}""",
        """{"type":"string","format":"uuid"}""",
        """{"oneOf":[{"type":"integer","maximum":5},{"type":"string","maxLength":3},{"type":"null"}]}""",
        """{"oneOf":[{"type":"object","required":["kind"],"properties":{"kind":{"const":"a"},"x":{"type":"integer"}}},{"type":"object","required":["kind","y"],"properties":{"kind":{"enum":["b","c"]},"y":{"type":"boolean"}}}]}""",
        """{"oneOf":[{"type":"object","required":["a"],"properties":{"a":{"type":"null"}},"additionalProperties":false},{"type":"object","required":["b"],"properties":{"b":{"type":"null"}},"additionalProperties":false}]}""",
        """{"allOf":[{"type":"object","properties":{"a":{"type":"integer","minimum":3}},"required":["a"]},{"properties":{"a":{"maximum":9},"b":{"type":"null"}},"required":["b"]}]}""",
        """{"allOf":[{"type":["integer","string"],"maximum":7},{"type":["number","null"],"minimum":2}]}""",
        """{"$ref":"#/$defs/base","required":["b"],"properties":{"b":{"type":"boolean"}},"$defs":{"base":{"type":"object","properties":{"a":{"type":"string","maxLength":2}},"required":["a"]}}}""",
        """{"type":"object","properties":{"x":{"type":"integer"}},"required":["x"],"anyOf":[{"properties":{"y":{"type":"null"}},"required":["y"]},{"properties":{"x":{"minimum":10}}}]}""",
        """{"allOf":[{"anyOf":[{"type":"integer"},{"type":"string"}]},{"anyOf":[{"minimum":3},{"maxLength":2}]}]}""",
        """{"allOf":[{"additionalProperties":false,"properties":{"a":{"type":"null"}}},{"type":"object","properties":{"a":{},"b":{}}}]}""",
        """{"$ref":"#/$defs/tree","$defs":{"named":{"type":"object","required":["n"],"properties":{"n":{"type":"integer"}}},"tree":{"allOf":[{"$ref":"#/$defs/named"},{"properties":{"kids":{"type":"array","maxItems":2,"items":{"$ref":"#/$defs/tree"}}}}]}}}""",
        """{"type":"array","prefixItems":[{"type":"integer"},{"type":"null"}],"items":{"type":"boolean"},"maxItems":5}""",
        """{"type":"array","prefixItems":[{"type":"integer"},{"type":"null"}],"items":false,"minItems":1}""",
        """{"type":"object","patternProperties":{"^x_[a-z]+$":{"type":"integer"}},"additionalProperties":false}""",
        """{"type":"object","propertyNames":{"pattern":"^[a-c]{1,3}$"},"additionalProperties":{"type":"boolean"}}""",
        """{"type":"object","properties":{"a":{"allOf":[{"type":"string"},{"type":"null"}]},"b":{"type":"null"}}}""",
        """{"type":"object","properties":{"a":false,"b":{"type":"null"}},"additionalProperties":true}""",
    ];

    [TestCaseSource(nameof(Drawn))]
    public void Whatever_goes_through_is_valid(string schema)
    {
        var grammar = GrammarWalk.Of(schema);
        var judge = JsonSchema.FromText(schema);
        var random = new Random(11);
        var options = new EvaluationOptions { RequireFormatValidation = true };
        for (var i = 0; i < 60; i++)
        {
            var text = GrammarWalk.Draw(grammar, random);
            using var value = JsonDocument.Parse(text);
            Assert.That(judge.Evaluate(value.RootElement, options).IsValid, Is.True, text);
        }
    }

    [TestCase("""{"pattern":"^[A-Z]{2}-\\d{3,5}$","type":"string"}""", "\"AB-123\"", "\"AB-12345\"")]
    [TestCase("""{"type":"string","pattern":"b"}""", "\"abc\"", "\"b\"", "\"\\nb\\u00e9\"")]
    [TestCase("""{"type":"string","pattern":"^a|b$"}""", "\"axx\"", "\"xxb\"")]
    [TestCase("""{"type":"string","pattern":"^[\\u00e0-\\u4fff]+$"}""", "\"àā一\"", "\"\u4fff\"")]
    [TestCase("""{"type":"string","pattern":"^\\u{1F600}[^x]$"}""", "\"😀😀\"", "\"😀\\\"\"")]
    [TestCase("""{"type":"string","format":"date"}""", "\"2024-02-29\"", "\"1999-12-31\"")]
    [TestCase(
        """{"type":"string","format":"date-time"}""",
        "\"2026-11-30T02:30:00Z\"",
        "\"2026-11-30T02:30:00.5+01:00\""
    )]
    [TestCase("""{"type":"string","format":"duration"}""", "\"P1Y2M3D\"", "\"PT5M\"", "\"P2W\"")]
    [TestCase("""{"type":"string","format":"ipv6"}""", "\"::1\"", "\"fe80::1:2\"", "\"1:2:3:4:5:6:7:8\"")]
    [TestCase("""{"oneOf":[{"type":"integer"},{"type":"string"}]}""", "1", "\"a\"")]
    [TestCase(
        """{"type":"array","prefixItems":[{"type":"integer"}],"items":{"type":"null"}}""",
        "[]",
        "[1]",
        "[1,null,null]"
    )]
    [TestCase("""{"anyOf":[{"type":"integer"},{"type":"string"}],"enum":["a",1]}""", "1", "\"a\"")]
    public void What_is_valid_goes_through(string schema, params string[] valid)
    {
        var grammar = GrammarWalk.Of(schema);
        Assert.That(valid, Is.All.Matches<string>(text => GrammarWalk.Accepts(grammar, text!)));
    }

    [TestCase("""{"type":"string","pattern":"^[A-Z]{2}-\\d{3,5}$"}""", "\"AB-12\"", "\"AB-123456\"", "\"xAB-123\"")]
    [TestCase("""{"type":"string","pattern":"b"}""", "\"ac\"", "\"\"")]
    [TestCase("""{"type":"string","pattern":"^[\\u00e0-\\u4fff]+$"}""", "\"ß\"", "\"\u5000\"", "\"a\"")]
    [TestCase("""{"type":"string","format":"date"}""", "\"2023-02-29\"", "\"2024-04-31\"", "\"2024-13-01\"")]
    [TestCase("""{"type":"array","prefixItems":[{"type":"integer"}],"items":false}""", "[1,2]", "[null]")]
    [TestCase("""{"allOf":[{"minimum":3,"type":"integer"},{"maximum":5}]}""", "2", "6")]
    [TestCase("""{"type":"object","properties":{"a":false},"additionalProperties":true}""", "{\"a\":1}")]
    public void What_is_not_valid_does_not(string schema, params string[] wrong)
    {
        var grammar = GrammarWalk.Of(schema);
        Assert.That(wrong, Is.All.Matches<string>(text => !GrammarWalk.Accepts(grammar, text!)));
    }

    [TestCase("""{"oneOf":[{"type":"integer"},{"type":"number"}]}""", "schema.oneOf")]
    [TestCase("""{"oneOf":[{"required":["a"]},{"required":["b"]}]}""", "schema.oneOf")]
    [TestCase("""{"type":"string","pattern":"a","minLength":2}""", "schema.minLength")]
    [TestCase("""{"type":"string","pattern":"^a+$","maxLength":3}""", "schema.maxLength")]
    [TestCase("""{"type":"string","pattern":"(a"}""", "schema.pattern")]
    [TestCase("""{"type":"string","pattern":"a\\1"}""", "schema.pattern")]
    [TestCase("""{"type":"string","pattern":"a^b"}""", "schema.pattern")]
    [TestCase("""{"type":"string","pattern":"\\p{L}"}""", "schema.pattern")]
    [TestCase("""{"type":"string","pattern":"(((a{999}){999}){999}){999}"}""", "schema")]
    [TestCase("""{"type":"string","pattern":"[z-a]"}""", "schema.pattern")]
    [TestCase("""{"type":"string","pattern":"^[]$"}""", "schema")]
    [TestCase("""{"type":"string","pattern":7}""", "schema.pattern")]
    [TestCase("""{"properties":{"a":{}},"patternProperties":{"b":{}}}""", "schema.patternProperties")]
    [TestCase("""{"patternProperties":{"a":{},"b":{}}}""", "schema.patternProperties")]
    [TestCase("""{"type":"object","propertyNames":{"enum":["a"]}}""", "schema.propertyNames")]
    [TestCase("""{"type":"array","prefixItems":[{}],"items":false,"minItems":2}""", "schema.minItems")]
    [TestCase("""{"type":"object","properties":{"a":false},"required":["a"]}""", "schema.required")]
    [TestCase("""{"allOf":[{"prefixItems":[{"type":"string"}]},{"items":{"minLength":3}}]}""", "schema.allOf[1]")]
    [TestCase("""{"allOf":[{"patternProperties":{"^x":{}}},{"additionalProperties":false}]}""", "schema.allOf[1]")]
    [TestCase("""{"allOf":[{"type":null},{"type":"string"}]}""", "schema")]
    public void What_cannot_be_compiled_is_named_by_its_path(string schema, string path) =>
        Assert.That(GrammarWalk.Refused(schema).Path, Is.EqualTo(path));

    [Test]
    public void Many_properties_that_refer_to_themselves_are_compared_in_bounds()
    {
        var names = Enumerable.Range(0, 400).Select(i => $"\"p{i}\"").ToList();
        var properties = string.Join(",", names.Select(name => name + """:{"$ref":"#/$defs/n"}"""));
        var schema =
            """{"oneOf":[{"$ref":"#/$defs/n"},{"$ref":"#/$defs/n"}],"$defs":{"n":{"type":"object","required":["""
            + string.Join(",", names)
            + """],"properties":{"""
            + properties
            + "}}}}";
        Assert.That(GrammarWalk.Refused(schema).Path, Does.StartWith("schema"));
    }

    [Test]
    public void Schemas_that_hold_at_once_without_end_are_refused_in_bounds()
    {
        const string Schema =
            """{"$ref":"#/$defs/a","$defs":{"a":{"type":"object","properties":{"x":{"allOf":[{"$ref":"#/$defs/a"},{"properties":{"x":{"allOf":[{"$ref":"#/$defs/a"},{"title":"t"}]}}}]}},"required":["x"]}}}""";
        Assert.That(GrammarWalk.Refused(Schema).Path, Does.StartWith("schema"));
    }
}
